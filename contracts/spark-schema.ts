// A contract's columns as Spark's StructType says them in JSON: the night reads the lake by these, never by inference.
import { columns } from "./columns";
import type { Contract, FieldType } from "./contract";
import { DECIMAL } from "./glue-columns";

/** A field of a Spark StructType. */
export type SparkField = {
  readonly name: string;
  readonly type: SparkType;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, never>>;
};

/** A Spark data type in its JSON form. */
export type SparkType =
  | string
  | { readonly type: "array"; readonly elementType: SparkType; readonly containsNull: boolean }
  | SparkStruct;

/** A Spark StructType in its JSON form, as `StructType.fromJson` reads it. */
export type SparkStruct = { readonly type: "struct"; readonly fields: readonly SparkField[] };

/** The schema to read the contract's Parquet with, without the partition keys. All nullable, as Parquet from Hive is. */
export const sparkSchema = (contract: Contract): SparkStruct => structOf(columns(contract));

const structOf = (fields: readonly { name: string; type: FieldType }[]): SparkStruct => ({
  type: "struct",
  fields: fields.map(({ name, type }) => ({ name, type: sparkType(type), nullable: true, metadata: {} })),
});

function sparkType(type: FieldType): SparkType {
  switch (type.kind) {
    case "array":
      return { type: "array", elementType: sparkType(type.element), containsNull: true };
    case "struct":
      return structOf(type.fields);
    case "bigint":
      return "long";
    case "decimal":
      return DECIMAL;
    default:
      return type.kind;
  }
}
