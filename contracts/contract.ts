// One reading of a contract file: everything else (validators, types, Glue, Firehose, Spark, docs) is derived from this
// shape, so that no two of them can disagree.
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { contractProblems, type JsonObject } from "./contract-rules";

/** A kind of personal data, from `x-personal`. */
export type PersonalRole = "cpf" | "loyalty" | "phone" | "name";

/** A type that Glue, Parquet and Spark all express. Numbers are decimal(18,4). */
export type FieldType =
  | { readonly kind: "string" | "bigint" | "decimal" | "boolean" | "date" | "timestamp" }
  | { readonly kind: "array"; readonly element: FieldType }
  | { readonly kind: "struct"; readonly fields: readonly Field[] };

/** One field of an event, or of an object inside it. */
export type Field = {
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly description: string;
  /** Kind of personal data that the field holds. */
  readonly personal?: PersonalRole;
  /** Values of a field that is closed to them. */
  readonly values?: readonly string[];
  /** Whether the field is an extra partition key. */
  readonly partition: boolean;
};

/** A partition key of the contract's own, and the values that clients may send. */
export type Partition = { readonly name: string; readonly values: readonly string[] };

/** One major version of an event contract. */
export type Contract = {
  readonly name: string;
  readonly major: number;
  readonly eventTypes: readonly string[];
  /** Top-level fields, in the document's order. */
  readonly fields: readonly Field[];
  readonly partitions: readonly Partition[];
  readonly document: JsonObject;
};

/** `purchase`, `purchase_v2`: the Glue table, and the folder under `data/`. */
export const tableName = ({ name, major }: ContractId): string => (major === 1 ? name : `${name}_v${major}`);

/** `purchase`, `purchase-v2`: what follows the environment's prefix in the stream's name. */
export const streamSuffix = ({ name, major }: ContractId): string => (major === 1 ? name : `${name}-v${major}`);

/** `data/purchase/`: where the contract's Parquet lies in the IN bucket. */
export const prefix = (contract: ContractId): string => `data/${tableName(contract)}/`;

/** `v1/purchase`: the contract as scopes of write keys and routes say it. */
export const scopeName = ({ name, major }: ContractId): string => `v${major}/${name}`;

type ContractId = Pick<Contract, "name" | "major">;

/** What keeps contracts from being used, a sentence for each problem of each file, beside those that are fine. */
export class ContractError extends Error {
  constructor(
    readonly problems: readonly string[],
    readonly usable: readonly Contract[],
  ) {
    super(`Contracts that cannot be used:\n- ${problems.join("\n- ")}`);
    this.name = "ContractError";
  }
}

/**
 * Every contract of `folder` (`<name>/v<major>.json`), sorted by name and major.
 * Throws one ContractError that lists every problem of every file.
 */
export function readContracts(folder: string): Contract[] {
  const problems: string[] = [];
  const contracts: Contract[] = [];
  for (const { name, file } of contractFiles(folder)) {
    const where = `${name}/${file}`;
    const document = readJson(path.join(folder, name, file));
    const found = document instanceof Error ? [document.message] : contractProblems(name, file, document);
    problems.push(...found.map((problem) => `${where}: ${problem}`));
    if (!(document instanceof Error) && found.length === 0) contracts.push(contractOf(name, majorOf(file), document));
  }
  if (problems.length > 0) throw new ContractError(problems, contracts);
  if (contracts.length === 0)
    throw new ContractError([`No contract in ${folder}: expected files such as purchase/v1.json.`], []);
  return contracts.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.major - b.major));
}

/** The contract that a checked document says. */
export function contractOf(name: string, major: number, document: JsonObject): Contract {
  const fields = fieldsOf(document);
  const eventTypes = fields.find((field) => field.name === "event_type")?.values ?? [];
  const partitions = fields
    .filter((field) => field.partition)
    .map((field) => ({ name: field.name, values: field.values ?? [] }));
  return { name, major, eventTypes, fields, partitions, document };
}

// The released shapes lie beside the contracts; they are no contract.
const NOT_CONTRACTS = ["released"];

function contractFiles(folder: string): { name: string; file: string }[] {
  return readdirSync(folder)
    .filter((name) => !NOT_CONTRACTS.includes(name) && statSync(path.join(folder, name)).isDirectory())
    .flatMap((name) => readdirSync(path.join(folder, name)).map((file) => ({ name, file })));
}

function readJson(file: string): JsonObject | Error {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
    return new Error("received no object, expected a JSON Schema; write one as in purchase/v1.json");
  } catch (error) {
    return new Error(`received no JSON (${(error as Error).message}), expected a JSON Schema; mend the file`);
  }
}

const majorOf = (file: string): number => Number(/^v(\d+)\.json$/.exec(file)?.[1]);

function fieldsOf(schema: JsonObject): Field[] {
  const required = (schema.required ?? []) as readonly string[];
  return Object.entries(schema.properties as Record<string, JsonObject>).map(([name, field]) => ({
    name,
    type: typeOf(field),
    required: required.includes(name),
    description: (field.description as string | undefined) ?? "",
    ...(field["x-personal"] === undefined ? {} : { personal: field["x-personal"] as PersonalRole }),
    ...(field.enum === undefined ? {} : { values: field.enum as string[] }),
    partition: field["x-partition"] === true,
  }));
}

const STRING_FORMATS: Readonly<Record<string, "date" | "timestamp">> = { date: "date", "date-time": "timestamp" };

function typeOf(schema: JsonObject): FieldType {
  switch (schema.type) {
    case "array":
      return { kind: "array", element: typeOf(schema.items as JsonObject) };
    case "object":
      return { kind: "struct", fields: fieldsOf(schema) };
    case "integer":
      return { kind: "bigint" };
    case "number":
      return { kind: "decimal" };
    case "boolean":
      return { kind: "boolean" };
    default:
      return { kind: STRING_FORMATS[String(schema.format)] ?? "string" };
  }
}
