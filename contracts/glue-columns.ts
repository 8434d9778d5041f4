// A contract's columns as Glue says them: Firehose writes Parquet by these, and Athena reads it.
import { columns } from "./columns";
import type { Contract, FieldType } from "./contract";

/** Every number: 14 digits before the point and 4 after. */
export const DECIMAL = "decimal(18,4)";

/** The columns of the contract's Glue table, without its partition keys. */
export function glueColumns(contract: Contract): { name: string; type: string }[] {
  return columns(contract).map(({ name, type }) => ({ name, type: glueType(type) }));
}

function glueType(type: FieldType): string {
  switch (type.kind) {
    case "array":
      return `array<${glueType(type.element)}>`;
    case "struct":
      return `struct<${type.fields.map((field) => `${field.name}:${glueType(field.type)}`).join(",")}>`;
    case "decimal":
      return DECIMAL;
    default:
      return type.kind;
  }
}
