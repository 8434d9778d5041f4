import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { columns } from "./columns";
import { type Contract, type Field, prefix, readContracts, scopeName, streamSuffix, tableName } from "./contract";
import { type ContractSummary, summaryOf } from "./contract-summary";
import { copyOfContracts, type Derived } from "./derived-fixture";
import { fileName } from "./generate";
import { glueColumns } from "./glue-columns";
import type { SparkStruct } from "./spark-schema";
import { typeName } from "./types-source";

let derived: Derived;
const contracts = readContracts(__dirname);

beforeAll(() => {
  derived = copyOfContracts();
  derived.generate();
});
afterAll(() => derived.remove());

/** An event with every field, or with the required ones only, as the schema's own examples. */
function example(contract: Contract, whole: boolean): Record<string, unknown> {
  const event = exampleOf({ kind: "struct", fields: contract.fields }, whole) as Record<string, unknown>;
  return contract.name === "shopper" ? { ...event, cpf: "52998224725" } : event;
}

function exampleOf(type: Field["type"], whole: boolean, field?: Field): unknown {
  if (field?.values) return field.values[0];
  if (field?.personal)
    return { cpf: "529.982.247-25", loyalty: "card-1", phone: "+5511987654321", name: "Ana" }[field.personal];
  switch (type.kind) {
    case "array":
      return [exampleOf(type.element, whole)];
    case "struct":
      return Object.fromEntries(
        type.fields
          .filter(({ required }) => whole || required)
          .map((each) => [each.name, exampleOf(each.type, whole, each)]),
      );
    case "timestamp":
      return "2026-11-22T19:45:00-03:00";
    case "date":
      return "2026-11-22";
    case "boolean":
      return true;
    case "string":
      return field?.name === "event_id" ? "7f0d3c5e-3d0e-4a53-9a9d-4a3c1b2d5e6f" : "text";
    default:
      return 1;
  }
}

const interfaceOf = (contract: Contract): string =>
  new RegExp(`export interface ${typeName(contract)} \\{\\n(.*?)\\n\\}`, "s").exec(
    derived.text("contract-types.ts"),
  )![1]!;

describe.each(contracts.map((contract) => [scopeName(contract), contract] as const))(
  "all that derives from %s agrees",
  (scope, contract) => {
    it("the validator takes every field and the required ones alone, and misses each required one", () => {
      const validate = derived.validators().get(scope)!;
      for (const whole of [true, false]) {
        const event = example(contract, whole);
        expect({ valid: validate(event), errors: validate.errors }).toEqual({ valid: true, errors: null });
      }
      for (const { name } of contract.fields.filter(({ required }) => required)) {
        const { [name]: _, ...event } = example(contract, true);
        expect(validate(event)).toBe(false);
      }
      for (const { name, values } of contract.fields) {
        if (values)
          for (const value of values) expect(validate({ ...example(contract, true), [name]: value })).toBe(true);
        expect(validate({ ...example(contract, true), [name]: null })).toBe(false);
      }
      expect(validate({ ...example(contract, true), surprise: 1 })).toBe(false);
    });

    it("the TypeScript type has the same fields, required alike", () => {
      for (const { name, required } of contract.fields) {
        expect(interfaceOf(contract)).toMatch(new RegExp(`^  readonly ${name}${required ? "" : "\\?"}: `, "m"));
      }
      expect([...interfaceOf(contract).matchAll(/^ {2}readonly \w+/gm)]).toHaveLength(contract.fields.length);
    });

    it("Glue and Spark have the same columns, in one order and of one type: fields, then stamps", () => {
      const spark = JSON.parse(derived.text(`spark/${fileName(contract)}.json`)) as SparkStruct;
      const asGlue = spark.fields.map(({ name, type }) => ({ name, type: glueOf(type) }));
      expect(glueColumns(contract)).toEqual(asGlue);
      expect(spark.fields.every(({ nullable }) => nullable)).toBe(true);
      const names = glueColumns(contract).map(({ name }) => name);
      expect(names.slice(-3)).toEqual(["tenant_id", "received_at", "schema_version"]);
      expect(new Set(names).size).toBe(names.length);
    });

    it("every field is a column, a partition key or the vault's: none is dropped on the way", () => {
      const kept = columns(contract).map(({ name }) => name);
      for (const { name, partition, personal } of contract.fields) {
        const ways = [kept.includes(name), partition || name === "event_type", personal === "name"];
        expect(ways.filter(Boolean)).toHaveLength(1);
      }
    });

    it("the stream's partition fields are closed to values that a folder can have", () => {
      expect(contract.eventTypes.every((type) => /^[a-z0-9_-]+$/.test(type))).toBe(true);
      for (const { values } of contract.partitions) expect(values).not.toContain("none");
      expect(summaryOf(contract).partitions).toEqual(contract.partitions.map(({ name }) => name));
    });

    it("the handlers' list and the docs page name the same contract, fields and event types", () => {
      const list = derived
        .text("contracts.ts")
        .replace(/^.*?= (?=\[)/s, "")
        .replace(/;\s*$/, "");
      const listed = (JSON.parse(list) as ContractSummary[]).find((each) => each.scope === scope);
      expect(listed).toEqual(summaryOf(contract));
      const page = derived
        .text("contracts.md")
        .split(/^## /m)
        .find((part) => part.startsWith(`${contract.name} v${contract.major}\n`))!;
      for (const { name, required } of contract.fields) {
        expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\| [^|]* \\| ${required ? "yes" : "no"} \\|`, "m"));
      }
      for (const type of contract.eventTypes) expect(page).toContain(`\`${type}\``);
    });
  },
);

/** A Spark type in Glue's words. */
function glueOf(type: unknown): string {
  if (type === "long") return "bigint";
  if (typeof type === "string") return type;
  const {
    type: kind,
    elementType,
    fields,
  } = type as { type: string; elementType: unknown; fields: { name: string; type: unknown }[] };
  if (kind === "array") return `array<${glueOf(elementType)}>`;
  return `struct<${fields.map((field) => `${field.name}:${glueOf(field.type)}`).join(",")}>`;
}

describe("a contract more", () => {
  it("is one new file: a validator, a type, a table, a stream and a Spark schema, with no code changed", () => {
    const copy = copyOfContracts();
    const [purchase] = readContracts(copy.contractsFolder).filter(({ name }) => name === "purchase");
    const properties = {
      ...(purchase!.document.properties as object),
      counted_at: { type: "string", format: "date-time" },
      boxes: { type: "integer" },
    };
    mkdirSync(path.join(copy.contractsFolder, "delivery"));
    writeFileSync(
      path.join(copy.contractsFolder, "delivery", "v1.json"),
      JSON.stringify({ ...purchase!.document, properties }),
    );
    copy.generate();
    const all = readContracts(copy.contractsFolder);
    const delivery = all.find(({ name }) => name === "delivery")!;
    expect(all).toHaveLength(contracts.length + 1);
    expect([tableName(delivery), streamSuffix(delivery), prefix(delivery)]).toEqual([
      "delivery",
      "delivery",
      "data/delivery/",
    ]);
    expect([...copy.validators().keys()].filter((scope) => !derived.validators().has(scope))).toEqual(["v1/delivery"]);
    expect(
      copy.validators().get("v1/delivery")!({ ...example(delivery, true), counted_at: "2026-02-30T00:00:00Z" }),
    ).toBe(false);
    for (const wrong of [
      { boxes: 2 ** 53 },
      { store_id: "\ud800" },
      { items: [{ sku: "1", quantity: 1, unit_price: 0.00001 }] },
    ]) {
      expect(copy.validators().get("v1/delivery")!({ ...example(delivery, true), ...wrong })).toBe(false);
    }
    expect(copy.validators().get("v1/delivery")!(example(delivery, true))).toBe(true);
    expect(glueColumns(delivery)).toContainEqual({ name: "boxes", type: "bigint" });
    expect(JSON.parse(copy.text("spark/delivery_v1.json")).fields).toContainEqual(
      expect.objectContaining({ name: "counted_at", type: "timestamp" }),
    );
    expect(copy.text("contract-types.ts")).toContain("export interface Delivery {");
    expect(copy.text("contracts.md")).toContain("POST /v1/events/delivery");
    expect(copy.text("contracts.ts")).toContain('"counted_at"');
    copy.remove();
  });

  it("of a new major has its own stream, table, folder and type", () => {
    const v2 = { name: "purchase", major: 2 };
    expect([tableName(v2), streamSuffix(v2), prefix(v2), scopeName(v2), typeName(v2)]).toEqual([
      ...["purchase_v2", "purchase-v2", "data/purchase_v2/", "v2/purchase", "PurchaseV2"],
    ]);
  });
});
