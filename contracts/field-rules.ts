// What a field of a contract may be: only what Glue, Parquet, Spark, jq and an S3 path can all hold.
import type { JsonObject } from "./contract-rules";
import { STAMPED_FIELDS } from "./stamps";

/** A problem in one sentence: what was received, what was expected, what to do. */
export const problem = (where: string, received: unknown, expected: string, todo: string): string =>
  `${where}: received ${JSON.stringify(received) ?? "nothing"}, expected ${expected}; ${todo}.`;

/** Whether a parsed value is a JSON object. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const ANY_FIELD = ["type", "title", "description", "examples"];

// Keywords by type. A number's and a string's own limits (4 decimals, int64, well-formed text) come with the type.
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  string: ["minLength", "maxLength", "pattern", "format", "enum", "x-personal", "x-partition"],
  integer: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  boolean: [],
  array: ["items", "minItems", "maxItems"],
  object: ["properties", "required", "additionalProperties"],
};
const FORMATS = ["uuid", "date", "date-time"];
const ROLES = ["cpf", "loyalty", "phone", "name"];

/** The problems of a document's fields, and of those inside them. */
export function fieldProblems(document: JsonObject): string[] {
  return objectProblems("", document, true);
}

function objectProblems(where: string, schema: JsonObject, top: boolean): string[] {
  const at = (key: string) => (where === "" ? key : `${where}.${key}`);
  const problems: string[] = [];
  if (schema.type !== "object") problems.push(problem(at("type"), schema.type, '"object"', "write it so"));
  if (schema.additionalProperties !== false) {
    const todo = "write it so: an unknown attribute would be dropped without a word";
    problems.push(problem(at("additionalProperties"), schema.additionalProperties, "false", todo));
  }
  const properties = schema.properties;
  if (!isObject(properties) || Object.keys(properties).length === 0) {
    return [
      ...problems,
      problem(at("properties"), properties, "at least one field", "Parquet holds no empty object: name its fields"),
    ];
  }
  for (const name of Array.isArray(schema.required) ? schema.required : []) {
    if (!top && !Object.hasOwn(properties, String(name))) {
      problems.push(problem(at("required"), name, `one of ${Object.keys(properties).join(", ")}`, "name a field"));
    }
  }
  for (const [name, field] of Object.entries(properties)) {
    problems.push(
      ...nameProblems(at(`properties.${name}`), name, top),
      ...oneField(at(`properties.${name}`), field, top),
    );
  }
  return problems;
}

function nameProblems(where: string, name: string, top: boolean): string[] {
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) {
    return [problem(where, name, "a name of [a-z][a-z0-9_]{0,63}", "rename it: Glue and Firehose lower-case the rest")];
  }
  if (name in Object.prototype) return [problem(where, name, "a name that no JavaScript object has", "rename it")];
  if (top && STAMPED_FIELDS.includes(name)) {
    return [
      problem(where, name, "a name that the collector does not stamp", "remove it: it is stamped on every event"),
    ];
  }
  return [];
}

function oneField(where: string, field: unknown, top: boolean): string[] {
  if (!isObject(field)) return [problem(where, field, "a schema object", "describe the field")];
  const allowed = KEYWORDS[String(field.type)];
  if (allowed === undefined || typeof field.type !== "string") {
    const todo = "use one type; leave a field out of `required` instead of allowing null";
    return [problem(`${where}.type`, field.type, `one of ${Object.keys(KEYWORDS).join(", ")}`, todo)];
  }
  const problems = Object.keys(field)
    .filter((key) => !allowed.includes(key) && !ANY_FIELD.includes(key))
    .map((key) => problem(where, key, `only ${[...ANY_FIELD, ...allowed].join(", ")}`, "remove it"));
  if (field.type === "object") problems.push(...objectProblems(where, field, false));
  if (field.type === "array") problems.push(...oneField(`${where}.items`, field.items, false));
  if (field.type === "string") problems.push(...stringProblems(where, field, top));
  return problems;
}

function stringProblems(where: string, field: JsonObject, top: boolean): string[] {
  const problems: string[] = [];
  if (field.format !== undefined && !FORMATS.includes(String(field.format))) {
    problems.push(problem(`${where}.format`, field.format, `one of ${FORMATS.join(", ")}`, "use pattern for another"));
  }
  const values = field.enum;
  const good = Array.isArray(values) && values.length > 0 && new Set(values).size === values.length;
  if (values !== undefined && !(good && values.every((value) => typeof value === "string"))) {
    problems.push(problem(`${where}.enum`, values, "different strings", "list each once"));
  }
  if (field["x-personal"] !== undefined && !(top && ROLES.includes(String(field["x-personal"])))) {
    const expected = `one of ${ROLES.join(", ")}, on a top-level string`;
    problems.push(
      problem(`${where}.x-personal`, field["x-personal"], expected, "move the field to the top, or name its role"),
    );
  }
  if (field["x-personal"] !== undefined && (field.enum !== undefined || field.format !== undefined)) {
    problems.push(
      problem(where, "x-personal with enum or format", "a plain string", "its value is replaced by a token: drop them"),
    );
  }
  if (field["x-partition"] !== undefined) problems.push(...partitionProblems(where, field, top));
  return problems;
}

function partitionProblems(where: string, field: JsonObject, top: boolean): string[] {
  const values: readonly unknown[] = Array.isArray(field.enum) ? field.enum : [];
  const good =
    values.length > 0 && values.every((value) => /^[a-z0-9-]{1,32}$/.test(String(value)) && value !== "none");
  const problems: string[] = [];
  if (field["x-partition"] !== true || !top || field["x-personal"] !== undefined || field.format !== undefined) {
    problems.push(
      problem(`${where}.x-partition`, field["x-partition"], "true, on a top-level enum of no other role", "remove it"),
    );
  }
  if (!good) {
    const expected = 'an enum of [a-z0-9-]{1,32} values without "none", which is stamped when the field is absent';
    problems.push(problem(`${where}.enum`, field.enum, expected, "list the values: each becomes a folder"));
  }
  return problems;
}
