import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Contract, contractOf, readContracts } from "./contract";
import type { JsonObject } from "./contract-rules";
import { copyOfContracts } from "./derived-fixture";
import { release } from "./generate";
import { checkReleased, incompatibilities, readReleased, shapeOf } from "./released";

const contracts = readContracts(__dirname);
const purchase = contracts.find(({ name }) => name === "purchase")!;
const properties = purchase.document.properties as Record<string, JsonObject>;
const required = purchase.document.required as string[];
const item = (properties.items as { items: { properties: object; required: string[] } }).items;

/** What changing the purchase contract in place breaks. */
function breaks(change: JsonObject): string[] {
  const changed: Contract = contractOf("purchase", 1, { ...purchase.document, ...change });
  return incompatibilities(shapeOf(purchase), shapeOf(changed));
}
const without = (name: string) => Object.fromEntries(Object.entries(properties).filter(([key]) => key !== name));

describe("a released contract", () => {
  it("may get an optional field, on top or inside, an event type and a partition value", () => {
    const text = { type: "string" };
    expect(breaks({ properties: { ...properties, note: text } })).toEqual([]);
    const items = { ...properties.items, items: { ...item, properties: { ...item.properties, note: text } } };
    expect(breaks({ properties: { ...properties, items } })).toEqual([]);
    const [eventType, region] = [properties.event_type!, properties.region!];
    const more = (field: JsonObject) => ({ ...field, enum: [...(field.enum as string[]), "x"] });
    expect(breaks({ properties: { ...properties, event_type: more(eventType), region: more(region) } })).toEqual([]);
  });

  it("needs a new major when a required field is added, removed or retyped, or becomes optional", () => {
    expect(
      breaks({ properties: { ...properties, till: { type: "string" } }, required: [...required, "till"] }),
    ).toEqual(["till is new and required"]);
    expect(breaks({ properties: without("store_id") })).toEqual(["store_id was removed"]);
    expect(breaks({ properties: { ...properties, store_id: { type: "integer" } } })).toEqual([
      "store_id was string and is now bigint",
    ]);
    expect(breaks({ required: [...required, "cpf"] })).toEqual(["cpf is now required"]);
    expect(breaks({ required: required.filter((name) => name !== "items") })).toEqual(["items is no longer required"]);
    const items = { ...properties.items, items: { ...item, required: [...item.required, "name"] } };
    expect(breaks({ properties: { ...properties, items } })).toEqual(["items[].name is now required"]);
  });

  it("needs a new major when old Parquet or old events no longer fit: a field, event type or folder that goes", () => {
    expect(breaks({ properties: without("loyalty_id") })).toEqual(["loyalty_id was removed"]);
    expect(breaks({ properties: { ...properties, loyalty_id: { type: "string" } } })).toEqual([
      "loyalty_id was string (loyalty) and is now string",
    ]);
    expect(breaks({ properties: { ...properties, event_type: { ...properties.event_type, enum: ["sale"] } } })).toEqual(
      ["event type return was removed"],
    );
    expect(breaks({ properties: { ...properties, region: { ...properties.region, "x-partition": false } } })).toEqual([
      "partition region was removed",
    ]);
    expect(breaks({ properties: { ...properties, region: { ...properties.region, enum: ["n"] } } })).toHaveLength(4);
  });

  it("is compatible with its released shape in this very tree", () => {
    const released = readReleased(path.join(__dirname, "released"));
    expect(released.length).toBeGreaterThanOrEqual(5);
    expect(() => checkReleased(contracts, released)).not.toThrow();
  });

  it("stops the build when it is broken, and cannot be released so; as a new major it can", () => {
    const copy = copyOfContracts();
    const file = path.join(copy.contractsFolder, "operator", "v1.json");
    const document = JSON.parse(readFileSync(file, "utf8")) as { properties: object; required: string[] };
    const changed = JSON.stringify({
      ...document,
      properties: { ...document.properties, till: { type: "string" } },
      required: [...document.required, "till"],
    });
    const original = readFileSync(file, "utf8");
    writeFileSync(file, changed);
    expect(copy.generate).toThrow(/operator\/v1\.json is released, but till is new and required.*new major/s);
    expect(() => release(copy.contractsFolder)).toThrow(/till/);
    rmSync(file);
    expect(copy.generate).toThrow(/it was removed/);

    writeFileSync(file, original);
    writeFileSync(path.join(copy.contractsFolder, "operator", "v2.json"), changed);
    release(copy.contractsFolder);
    copy.generate();
    expect(readReleased(path.join(copy.contractsFolder, "released"))).toHaveLength(6);
    expect([...copy.validators().keys()]).toContain("v2/operator");
    copy.remove();
  });
});
