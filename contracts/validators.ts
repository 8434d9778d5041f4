// One compiled validator a contract, as plain JavaScript: nothing is compiled, and no schema is read, while events wait.
import Ajv2020, { _, type KeywordCxt } from "ajv/dist/2020";
import standaloneCode from "ajv/dist/standalone";
import { type Contract, scopeName, tableName } from "./contract";
import type { JsonObject } from "./contract-rules";
import { formats, isDecimal, isExactInteger, isText } from "./validator-runtime";

const LIMITS = [
  { keyword: "x-text", type: "string", name: "isText", check: isText, says: "must be well-formed text" },
  {
    keyword: "x-int64",
    type: "integer",
    name: "isExactInteger",
    check: isExactInteger,
    says: "must be within ±(2^53 - 1)",
  },
  {
    keyword: "x-decimal",
    type: "number",
    name: "isDecimal",
    check: isDecimal,
    says: "must have at most 14 digits before the point and 4 after it",
  },
] as const;

/** JavaScript (CommonJS) that exports `validators`, a map from `v1/purchase` to its validator; `runtime` is the path of validator-runtime. */
export function validatorsSource(contracts: readonly Contract[], runtime: string): string {
  const requireRuntime = _`require(${runtime})`;
  const ajv = new Ajv2020({
    code: { source: true, formats: _`${requireRuntime}.formats` },
    strict: true,
    strictRequired: false,
  });
  for (const [name, format] of Object.entries(formats)) ajv.addFormat(name, format);
  ajv.addVocabulary(["x-personal", "x-partition"]);
  for (const { keyword, type, name, check, says } of LIMITS) {
    ajv.addKeyword({
      keyword,
      type: type === "integer" ? "number" : type,
      schemaType: "boolean",
      error: { message: says },
      code: (cxt: KeywordCxt) => {
        const call = cxt.gen.scopeValue("func", { ref: check, code: _`${requireRuntime}[${name}]` });
        cxt.fail(_`!${call}(${cxt.data})`);
      },
    });
  }
  for (const contract of contracts) ajv.addSchema(withLimits(contract.document), tableName(contract));
  const code = standaloneCode(ajv, Object.fromEntries(contracts.map((each) => [tableName(each), tableName(each)])));
  const entries = contracts.map((each) => `[${JSON.stringify(scopeName(each))}, exports.${tableName(each)}]`);
  return `${code}\nexports.validators = new Map([${entries.join(", ")}]);\n`;
}

/** The declaration that belongs to `validatorsSource`. */
export const VALIDATORS_DECLARATION = `/** What was wrong with an event; the first problem, with the failures that led to it. */
export type ValidationProblem = {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
};

/** Whether a parsed event is one of the contract; problems of the last call are in \`errors\`. */
export type Validator = { (event: unknown): boolean; errors?: readonly ValidationProblem[] | null };

/** Validators by contract, such as v1/purchase. */
export declare const validators: ReadonlyMap<string, Validator>;
`;

/** The document with the limits that come with a type written out, so that validators check them. */
function withLimits(schema: JsonObject): JsonObject {
  const fields = (properties: unknown) =>
    Object.fromEntries(
      Object.entries(properties as Record<string, JsonObject>).map(([name, field]) => [name, withLimits(field)]),
    );
  const limit = LIMITS.find(({ type }) => type === schema.type);
  const closed = schema.enum !== undefined || schema.format !== undefined;
  return {
    ...schema,
    ...(limit && !closed ? { [limit.keyword]: true } : {}),
    ...(schema.type === "object" ? { properties: fields(schema.properties) } : {}),
    ...(schema.type === "array" ? { items: withLimits(schema.items as JsonObject) } : {}),
  };
}
