// Reads a synthesized delivery stream and Glue table, both with their references resolved, into what the local Firehose
// executes, and refuses by name whatever it cannot.
import { IANAZone } from "luxon";
import { type AttributeTable, catalogTableAttributes, deliveryStreamAttributes, unknownAttributes } from "./attributes";
import { type GlueField, parseGlueType } from "./glue-type";
import type { ParquetCodec } from "./parquet-file";
import { type FieldCopy, parsePartitionQuery } from "./partition-query";
import { namesErrorType, type Prefix, parsePrefix, prefixKeys } from "./prefix";
import { blockOf, choice, flag, integer, type Json, listOf, text } from "./resource-json";

/** A stream as the local Firehose executes it. */
export interface StreamDefinition {
  readonly name: string;
  /** The name of the role that it delivers as. */
  readonly role: string;
  readonly bucket: string;
  readonly bufferBytes: number;
  readonly bufferMs: number;
  readonly prefix: Prefix;
  readonly errorPrefix: Prefix;
  readonly timeZone: string;
  readonly fileExtension: string;
  /** Absent: no dynamic partitioning. */
  readonly partitioning?: readonly FieldCopy[];
  /** Absent: the records' own bytes are delivered. */
  readonly conversion?: {
    readonly database: string;
    readonly table: string;
    readonly codec: ParquetCodec;
    readonly caseInsensitive: boolean;
    /** The name of the role that it reads the table as. */
    readonly role: string;
  };
  readonly gzip: boolean;
  /** Put after each record that is not converted. */
  readonly delimiter: string;
}

/** A Glue table's columns, partition keys not among them. */
export interface TableDefinition {
  readonly database: string;
  readonly name: string;
  readonly columns: readonly GlueField[];
}

const mib = 1024 * 1024;
// AWS: 1–128 MiB and 0–900 s; with dynamic partitioning 64–128 MiB and 60–900 s, with format conversion from 64 MiB.
const limits = { maxMib: 128, minMibPartitioned: 64, maxSeconds: 900, minSecondsPartitioned: 60 };

/** Throws, naming the stream and the attribute, on anything that would not be executed as on AWS. */
export function readDeliveryStream(resource: Json): StreamDefinition {
  return named("aws_kinesis_firehose_delivery_stream", resource, deliveryStreamAttributes, () => {
    choice(resource, "destination", ["extended_s3"]);
    const s3 = blockOf(resource, "extended_s3_configuration");
    choice(s3, "s3_backup_mode", ["Disabled"], "Disabled");
    const { query, delimiter } = readProcessors(s3);
    const partitioning = flag(blockOf(s3, "dynamic_partitioning_configuration"), "enabled", false) ? query : undefined;
    if (partitioning === undefined && query !== undefined)
      throw new Error("MetadataExtraction without dynamic partitioning");
    const conversion = readConversion(s3);
    const gzip = choice(s3, "compression_format", ["UNCOMPRESSED", "GZIP"], "UNCOMPRESSED") === "GZIP";
    if (conversion && gzip) throw new Error("compression_format must be UNCOMPRESSED when the format is converted");
    if (conversion && delimiter !== "")
      throw new Error("AppendDelimiterToRecord has no meaning when the format is converted");
    const prefixes = readPrefixes(s3, partitioning);
    const minMib = partitioning || conversion ? limits.minMibPartitioned : 1;
    const minSeconds = partitioning ? limits.minSecondsPartitioned : 0;
    return {
      name: text(resource, "name"),
      role: roleName(text(s3, "role_arn")),
      bucket: text(s3, "bucket_arn").replace(/^arn:aws:s3:::/, ""),
      bufferBytes: integer(s3, "buffering_size", minMib, limits.maxMib, conversion ? 128 : 5) * mib,
      bufferMs: integer(s3, "buffering_interval", minSeconds, limits.maxSeconds, 300) * 1000,
      ...prefixes,
      timeZone: timeZone(text(s3, "custom_time_zone", "UTC")),
      fileExtension: text(s3, "file_extension", conversion ? ".parquet" : gzip ? ".gz" : ""),
      ...(partitioning && { partitioning }),
      ...(conversion && { conversion }),
      gzip,
      delimiter,
    };
  });
}

/** The columns of a synthesized Glue table. */
export function readCatalogTable(resource: Json): TableDefinition {
  return named("aws_glue_catalog_table", resource, catalogTableAttributes, () => ({
    database: text(resource, "database_name"),
    name: text(resource, "name"),
    columns: listOf(blockOf(resource, "storage_descriptor"), "columns").map((column) => ({
      name: text(column, "name").toLowerCase(),
      type: parseGlueType(text(column, "type")),
    })),
  }));
}

function named<T>(type: string, resource: Json, table: AttributeTable, read: () => T): T {
  const label = `${type} "${String(resource.name)}"`;
  const unknown = unknownAttributes(resource, table);
  if (unknown.length > 0) throw new Error(`${label}: the local Firehose does not execute ${unknown.join(", ")}`);
  try {
    return read();
  } catch (error) {
    throw new Error(`${label}: ${(error as Error).message}`);
  }
}

function roleName(arn: string): string {
  const name = arn.split(":role/")[1];
  if (!name) throw new Error(`role_arn must be a role's ARN, not "${arn}"`);
  return name;
}

function timeZone(name: string): string {
  if (!IANAZone.isValidZone(name)) throw new Error(`custom_time_zone must be an IANA time zone, not "${name}"`);
  return name;
}

function readProcessors(s3: Json): { query?: FieldCopy[]; delimiter: string } {
  const configuration = blockOf(s3, "processing_configuration");
  if (!flag(configuration, "enabled", false)) return { delimiter: "" };
  let query: FieldCopy[] | undefined;
  let delimiter = "";
  for (const processor of listOf(configuration, "processors")) {
    const parameters = new Map(
      listOf(processor, "parameters").map((each) => [text(each, "parameter_name"), text(each, "parameter_value")]),
    );
    const take = (parameter: string, fallback: string) => {
      const value = parameters.get(parameter) ?? fallback;
      parameters.delete(parameter);
      return value;
    };
    if (choice(processor, "type", ["MetadataExtraction", "AppendDelimiterToRecord"]) === "MetadataExtraction") {
      query = parsePartitionQuery(take("MetadataExtractionQuery", ""));
      const engine = take("JsonParsingEngine", "");
      if (engine !== "JQ-1.6") throw new Error(`JsonParsingEngine must be JQ-1.6, not "${engine}"`);
    } else {
      delimiter = take("Delimiter", "\\n").replaceAll("\\n", "\n").replaceAll("\\t", "\t");
    }
    const [left] = parameters.keys();
    if (left !== undefined) throw new Error(`the local Firehose does not execute processor parameter ${left}`);
  }
  return { ...(query && { query }), delimiter };
}

function readConversion(s3: Json): StreamDefinition["conversion"] {
  const configuration = blockOf(s3, "data_format_conversion_configuration");
  if (Object.keys(configuration).length === 0 || !flag(configuration, "enabled", true)) return undefined;
  const schema = blockOf(configuration, "schema_configuration");
  const deserializer = blockOf(blockOf(configuration, "input_format_configuration"), "deserializer");
  const serializer = blockOf(blockOf(configuration, "output_format_configuration"), "serializer");
  if (deserializer.open_x_json_ser_de === undefined)
    throw new Error("the local Firehose deserializes by open_x_json_ser_de only");
  if (serializer.parquet_ser_de === undefined) throw new Error("the local Firehose serializes by parquet_ser_de only");
  return {
    database: text(schema, "database_name"),
    table: text(schema, "table_name"),
    codec: choice(blockOf(serializer, "parquet_ser_de"), "compression", ["SNAPPY", "GZIP", "UNCOMPRESSED"], "SNAPPY"),
    role: roleName(text(schema, "role_arn")),
    caseInsensitive: flag(blockOf(deserializer, "open_x_json_ser_de"), "case_insensitive", true),
  };
}

function readPrefixes(
  s3: Json,
  partitioning: readonly FieldCopy[] | undefined,
): { prefix: Prefix; errorPrefix: Prefix } {
  const prefix = parsePrefix(text(s3, "prefix", ""));
  const errorPrefix = parsePrefix(text(s3, "error_output_prefix", ""));
  const wanted = [...new Set(prefixKeys(prefix))].sort().join();
  const made = (partitioning ?? [])
    .map(({ key }) => key)
    .sort()
    .join();
  if (wanted !== made) throw new Error(`prefix names the partition keys "${wanted}" but the query makes "${made}"`);
  if (namesErrorType(prefix)) throw new Error("prefix may not contain !{firehose:error-output-type}");
  if (!namesErrorType(errorPrefix)) throw new Error("error_output_prefix must contain !{firehose:error-output-type}");
  if (prefixKeys(errorPrefix).length > 0) throw new Error("error_output_prefix may not contain a partition key");
  return { prefix, errorPrefix };
}
