import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readContracts } from "./contract";
import { contractProblems, type JsonObject } from "./contract-rules";
import { copyOfContracts } from "./derived-fixture";

const document = JSON.parse(readFileSync(path.join(__dirname, "purchase", "v1.json"), "utf8")) as JsonObject;
const properties = document.properties as Record<string, JsonObject>;
const withField = (name: string, field: unknown): JsonObject => ({
  ...document,
  properties: { ...properties, [name]: field },
});
const problems = (changed: JsonObject, name = "purchase", file = "v1.json") => contractProblems(name, file, changed);

describe("a contract that AWS could not hold is refused, with what to do", () => {
  it("and the shipped ones are not", () => {
    expect(problems(document)).toEqual([]);
  });

  it.each([
    [
      "an open object",
      { ...document, additionalProperties: true },
      /additionalProperties: received true, expected false/,
    ],
    ["another dialect", { ...document, $schema: "http://json-schema.org/draft-07/schema#" }, /\$schema: received/],
    ["a keyword nobody derives from", { ...document, $defs: {} }, /received "\$defs"/],
    [
      "two types",
      withField("note", { type: ["string", "null"] }),
      /note\.type: received \["string","null"\], expected one of/,
    ],
    ["no type", withField("note", {}), /note\.type: received nothing/],
    ["a field of nothing", withField("note", null), /note: received null/],
    ["a reference", withField("note", { type: "string", $ref: "#/x" }), /note: received "\$ref"/],
    [
      "a free object",
      withField("note", { type: "object" }),
      /note\.additionalProperties: .*note\.properties: received nothing/s,
    ],
    ["an array of anything", withField("note", { type: "array" }), /note\.items: received nothing/],
    ["a name that Glue folds", withField("storeId", { type: "string" }), /storeId: .*rename/],
    ["a name of every object", withField("constructor", { type: "string" }), /constructor: .*rename/],
    ["a name that is stamped", withField("tenant_id", { type: "string" }), /tenant_id: .*stamped/],
    ["a name that is a partition of time", withField("event_hour", { type: "string" }), /event_hour: .*stamped/],
    ["a format of its own", withField("note", { type: "string", format: "email" }), /note\.format: received "email"/],
    ["numbers in an enum", withField("note", { type: "string", enum: [1] }), /note\.enum: received \[1\]/],
    ["a repeated enum value", withField("note", { type: "string", enum: ["a", "a"] }), /note\.enum/],
    ["a role of its own", withField("note", { type: "string", "x-personal": "email" }), /x-personal: received "email"/],
    ["a role twice", withField("note", { type: "string", "x-personal": "cpf" }), /a role once \(cpf has it\)/],
    [
      "a personal field inside",
      withField("note", { type: "array", items: { type: "string", "x-personal": "phone" } }),
      /items\.x-personal/,
    ],
    ["an open partition", withField("zone", { type: "string", "x-partition": true }), /zone\.enum: received nothing/],
    [
      "a partition that breaks a path",
      withField("zone", { type: "string", enum: ["a/b"], "x-partition": true }),
      /zone\.enum/,
    ],
    [
      "a partition that is called like its absence",
      withField("zone", { type: "string", enum: ["none"], "x-partition": true }),
      /stamped when the field is absent/,
    ],
    [
      "an optional event_id",
      { ...document, required: ["event_type", "occurred_at", "store_id"] },
      /event_id: .*required string of format uuid/,
    ],
    ["a time without a format", withField("occurred_at", { type: "string" }), /occurred_at: .*format date-time/],
    [
      "event types that are no folders",
      withField("event_type", { type: "string", enum: ["Venda Nova"] }),
      /event_type\.enum/,
    ],
    [
      "a required field that is none",
      { ...document, required: [...(document.required as string[]), "skus"] },
      /required: received "skus"/,
    ],
    [
      "a condition on no field",
      { ...document, anyOf: [{ required: ["cfp"] }] },
      /anyOf\[0\]\.required: received "cfp"/,
    ],
    ["a condition that derives", { ...document, if: { properties: { cpf: true } } }, undefined],
    ["a condition that is none", { ...document, if: 5 }, /if: received 5/],
  ])("%s", (_, changed, expected) => {
    const found = problems(changed as JsonObject);
    if (expected === undefined) expect(found).toEqual([]);
    else expect(found.join("\n")).toMatch(expected);
    for (const problem of found) expect(problem).toMatch(/received .*, expected .*; /);
  });

  it.each([
    ["Purchase", "v1.json"],
    ["purchase_v2", "v1.json"],
    ["quarantine", "v1.json"],
    ["purchase", "v0.json"],
    ["purchase", "v01.json"],
    ["purchase", "notes.txt"],
  ])("a file at %s/%s", (name, file) => {
    expect(problems(document, name, file)).toHaveLength(1);
  });

  it("all problems of all files come at once", () => {
    const copy = copyOfContracts();
    mkdirSync(path.join(copy.contractsFolder, "Delivery"));
    writeFileSync(path.join(copy.contractsFolder, "Delivery", "v1.json"), "{");
    writeFileSync(
      path.join(copy.contractsFolder, "purchase", "v2.json"),
      JSON.stringify(withField("Note", { type: "any" })),
    );
    const read = () => readContracts(copy.contractsFolder);
    expect(read).toThrow(/Delivery\/v1\.json: received no JSON/);
    expect(read).toThrow(/purchase\/v2\.json: properties\.Note: .*\n- purchase\/v2\.json: properties\.Note\.type: /);
    copy.remove();
  });
});
