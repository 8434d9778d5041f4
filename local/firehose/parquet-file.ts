// Writes rows as a Parquet file with exactly the columns of the Glue table: values arrive already converted, so nothing
// is inferred and no decimal passes through a float.
import type { SchemaElement } from "hyparquet";
import type { GlueField, GlueType } from "./glue-type";

/** How Firehose may compress the pages. */
export type ParquetCodec = "SNAPPY" | "GZIP" | "UNCOMPRESSED";

/** One value a column: string, boolean, bigint (int64, unscaled decimal, epoch ms), number (epoch day), list, struct. */
export type ParquetRow = readonly unknown[];

/** The Parquet schema of a Glue table: every column optional, lists in the standard three levels. */
export function parquetSchema(columns: readonly GlueField[]): SchemaElement[] {
  return [
    { name: "schema", num_children: columns.length },
    ...columns.flatMap(({ name, type }) => elements(name, type)),
  ];
}

function elements(name: string, type: GlueType): SchemaElement[] {
  const leaf = { name, repetition_type: "OPTIONAL" } as const;
  switch (type.kind) {
    case "string":
      return [{ ...leaf, type: "BYTE_ARRAY", converted_type: "UTF8" }];
    case "bigint":
      return [{ ...leaf, type: "INT64" }];
    case "boolean":
      return [{ ...leaf, type: "BOOLEAN" }];
    case "date":
      return [{ ...leaf, type: "INT32", converted_type: "DATE" }];
    case "timestamp":
      return [{ ...leaf, type: "INT64", converted_type: "TIMESTAMP_MILLIS" }];
    case "decimal":
      return [{ ...leaf, type: "INT64", converted_type: "DECIMAL", precision: type.precision, scale: type.scale }];
    case "array":
      return [
        { ...leaf, converted_type: "LIST", num_children: 1 },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        ...elements("element", type.element),
      ];
    case "struct":
      return [
        { ...leaf, num_children: type.fields.length },
        ...type.fields.flatMap((field) => elements(field.name, field.type)),
      ];
  }
}

/** The bytes of one file; the rows' values stand in the order of the columns. */
export async function parquetFile(
  columns: readonly GlueField[],
  rows: readonly ParquetRow[],
  codec: ParquetCodec,
): Promise<Uint8Array> {
  const { ByteWriter, parquetWrite } = await import("hyparquet-writer");
  const { gzipSync } = await import("node:zlib");
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    schema: parquetSchema(columns),
    columnData: columns.map(({ name }, index) => ({ name, data: rows.map((row) => row[index]) })),
    codec,
    compressors: { GZIP: (bytes) => gzipSync(bytes) },
    createdBy: "mercafacil local firehose",
  });
  return writer.getBytes();
}
