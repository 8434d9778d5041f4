// What handlers know of a contract at run time: the few facts they need, without the schema.
import { type Contract, type Field, type FieldType, type PersonalRole, scopeName } from "./contract";

/** A contract as the collector and the authorizer see it. */
export type ContractSummary = {
  readonly name: string;
  readonly major: number;
  /** `v1/purchase`: how routes and scopes say it. */
  readonly scope: string;
  readonly eventTypes: readonly string[];
  /** Field by kind of personal data. */
  readonly personal: Readonly<Partial<Record<PersonalRole, string>>>;
  /** Fields that are extra partition keys. */
  readonly partitions: readonly string[];
  /** Paths of timestamps other than occurred_at; `*` stands for every element of an array. */
  readonly timestamps: readonly (readonly string[])[];
  /** Every field name, inside objects too: the only words of a path that may be kept. */
  readonly fieldNames: readonly string[];
};

/** The facts of `contract` that handlers need. */
export function summaryOf(contract: Contract): ContractSummary {
  const { name, major, eventTypes, fields, partitions } = contract;
  const personal = fields.flatMap((field) => (field.personal ? [[field.personal, field.name] as const] : []));
  return {
    name,
    major,
    scope: scopeName(contract),
    eventTypes,
    personal: Object.fromEntries(personal),
    partitions: partitions.map((partition) => partition.name),
    timestamps: timestampsOf(fields).filter((path) => path.join() !== "occurred_at"),
    fieldNames: [...new Set(namesOf(fields))],
  };
}

const timestampsOf = (fields: readonly Field[]): string[][] =>
  fields.flatMap(({ name, type }) => timestampsIn(type).map((path) => [name, ...path]));

function timestampsIn(type: FieldType): string[][] {
  if (type.kind === "timestamp") return [[]];
  if (type.kind === "array") return timestampsIn(type.element).map((path) => ["*", ...path]);
  return type.kind === "struct" ? timestampsOf(type.fields) : [];
}

const namesOf = (fields: readonly Field[]): string[] =>
  fields.flatMap(({ name, type }) => [name, ...namesOf(fieldsIn(type))]);

function fieldsIn(type: FieldType): readonly Field[] {
  if (type.kind === "array") return fieldsIn(type.element);
  return type.kind === "struct" ? type.fields : [];
}
