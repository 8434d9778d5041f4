// The lake's columns of a contract, in one order for Glue, Parquet and Spark: its fields, then the stamps.
// Partition keys are folders, not columns; a shopper's name goes to the vault only.
import type { Contract, FieldType } from "./contract";
import { STAMPED_COLUMNS } from "./stamps";

/** One column of the contract's table. */
export type Column = { readonly name: string; readonly type: FieldType };

/** The columns of `contract`'s table. Personal fields are tokens, so strings. */
export function columns(contract: Contract): Column[] {
  const fields = contract.fields.filter(
    ({ name, partition, personal }) => name !== "event_type" && !partition && personal !== "name",
  );
  return [
    ...fields.map(({ name, type }) => ({ name, type })),
    ...STAMPED_COLUMNS.map(({ name, kind }) => ({ name, type: { kind } })),
  ];
}
