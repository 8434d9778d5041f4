// What a contract file must be so that Glue, Parquet, Spark and S3 paths can hold its events: all problems at once,
// each with what was received, what was expected and what to do.
import { fieldProblems, isObject, problem } from "./field-rules";

/** A JSON object as parsed. */
export type JsonObject = { readonly [key: string]: unknown };

const DIALECT = "https://json-schema.org/draft/2020-12/schema";
const DOCUMENT_KEYS = [
  ...["$schema", "title", "description", "type", "additionalProperties", "required", "properties"],
  ...["anyOf", "allOf", "oneOf", "not", "if", "then", "else"],
];
const CONDITION_KEYS = ["required", "properties", "anyOf", "allOf", "oneOf", "not", "if", "then", "else"];

// What every event has, and the collector relies on.
const CORE: Readonly<Record<string, string | undefined>> = {
  event_id: "uuid",
  event_type: undefined,
  occurred_at: "date-time",
  store_id: undefined,
};

// Streams, prefixes and folders of these names exist already.
const RESERVED_NAMES = ["released", "quarantine"];

/** The problems of the document in `<name>/<file>`. */
export function contractProblems(name: string, file: string, document: JsonObject): string[] {
  return [
    ...nameProblems(name, file),
    ...documentProblems(document),
    ...fieldProblems(document),
    ...coreProblems(document),
    ...eventTypeProblems(document),
    ...roleProblems(document),
    ...conditionProblems(document),
  ];
}

function nameProblems(name: string, file: string): string[] {
  const problems: string[] = [];
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(name) || /_v\d+$/.test(name)) {
    const expected =
      "at most 40 lower-case letters, digits and underscores, beginning with a letter, no _v<number> at the end";
    problems.push(problem("the folder", name, expected, "rename it: it names the stream, the table and the route"));
  }
  if (RESERVED_NAMES.includes(name) || name in Object.prototype) {
    problems.push(problem("the folder", name, "a name that is not taken", "rename it"));
  }
  if (!/^v[1-9]\d{0,2}\.json$/.test(file)) {
    problems.push(problem("the file", file, "v<major>.json, such as v1.json", "rename it, or move it elsewhere"));
  }
  return problems;
}

function documentProblems(document: JsonObject): string[] {
  const problems = Object.keys(document)
    .filter((key) => !DOCUMENT_KEYS.includes(key))
    .map((key) => problem("the document", key, `only ${DOCUMENT_KEYS.join(", ")}`, "remove it"));
  if (document.$schema !== DIALECT) problems.push(problem("$schema", document.$schema, DIALECT, "write it so"));
  return problems;
}

function coreProblems(document: JsonObject): string[] {
  const properties = isObject(document.properties) ? document.properties : {};
  const required = Array.isArray(document.required) ? document.required : [];
  return Object.entries(CORE).flatMap(([name, format]) => {
    const field = properties[name];
    const good = isObject(field) && field.type === "string" && field.format === format && required.includes(name);
    const expected = `a required string${format === undefined ? "" : ` of format ${format}`}`;
    return good
      ? []
      : [problem(`properties.${name}`, field, expected, "every event needs it: copy it from purchase/v1.json")];
  });
}

function eventTypeProblems(document: JsonObject): string[] {
  const field = isObject(document.properties) ? document.properties.event_type : undefined;
  const values: unknown = isObject(field) ? field.enum : undefined;
  const good = Array.isArray(values) && values.every((value) => /^[a-z0-9_-]{1,32}$/.test(String(value)));
  if (good) return [];
  return [
    problem(
      "properties.event_type.enum",
      values,
      "values of [a-z0-9_-]{1,32}",
      "they are folders of the lake: rename them",
    ),
  ];
}

function roleProblems(document: JsonObject): string[] {
  const seen = new Map<unknown, string>();
  const problems: string[] = [];
  for (const [name, field] of Object.entries(isObject(document.properties) ? document.properties : {})) {
    const role = isObject(field) ? field["x-personal"] : undefined;
    if (role === undefined) continue;
    const other = seen.get(role);
    if (other !== undefined) {
      problems.push(
        problem(`properties.${name}.x-personal`, role, `a role once (${other} has it)`, "give one of them up"),
      );
    }
    seen.set(role, name);
  }
  return problems;
}

/** A condition on a field that does not exist would never apply, and nobody would notice. */
function conditionProblems(document: JsonObject): string[] {
  const known = Object.keys(isObject(document.properties) ? document.properties : {});
  const problems: string[] = [];
  const unknown = (where: string, name: unknown) => {
    if (!known.includes(String(name)))
      problems.push(problem(where, name, `one of ${known.join(", ")}`, "name a field"));
  };
  const visit = (where: string, condition: unknown): void => {
    if (!isObject(condition)) {
      problems.push(problem(where, condition, "an object", "write a condition on top-level fields"));
      return;
    }
    for (const [key, value] of Object.entries(condition)) {
      if (!CONDITION_KEYS.includes(key))
        problems.push(problem(where, key, CONDITION_KEYS.join(", "), "use only these"));
      else if (key === "required" && Array.isArray(value)) for (const name of value) unknown(`${where}.required`, name);
      else if (key === "properties" && isObject(value))
        for (const name of Object.keys(value)) unknown(`${where}.properties`, name);
      else if (Array.isArray(value)) value.forEach((item, index) => void visit(`${where}.${key}[${index}]`, item));
      else visit(`${where}.${key}`, value);
    }
  };
  for (const key of ["anyOf", "allOf", "oneOf", "not", "if", "then", "else"]) {
    const condition = document[key];
    if (Array.isArray(condition)) condition.forEach((item, index) => void visit(`${key}[${index}]`, item));
    else if (condition !== undefined) visit(key, condition);
  }
  const required = Array.isArray(document.required) ? document.required : [];
  for (const name of required) unknown("required", name);
  return problems;
}
