// Gives every attribute of the stack its value on this machine, following references lazily;
// a reference, function or data source it does not know is refused by name, never guessed.
import { createHash } from "node:crypto";
import { type Expression, parseTemplate } from "./expressions";
import { type Block, isObject, type Json, type JsonObject, type Stack } from "./stack";

/** What an attribute that only the provider knows (arn, url, invoke_url…) is on this machine; undefined: unknown. */
export type Computed = (block: Block, attribute: string, resolver: Resolver) => Json | undefined;

/** Resolves raw JSON of the stack. */
export interface Resolver {
  /** `raw` with every expression in it replaced by its value. */
  value(raw: Json): Json;
  /** The value of one attribute (configured or computed) of a block. */
  attribute(block: Block, name: string): Json;
}

const text = (value: Json, call: string): string => {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`${call} got ${JSON.stringify(value)} where text belongs`);
};

// Terraform's jsonencode escapes these three and sorts the keys of objects.
const terraformJson = (value: Json): string => {
  const sorted = (item: Json): Json =>
    Array.isArray(item)
      ? item.map(sorted)
      : isObject(item)
        ? Object.fromEntries(
            Object.keys(item)
              .sort()
              .map((key) => [key, sorted(item[key] as Json)]),
          )
        : item;
  return JSON.stringify(sorted(value)).replace(/[<>&]/g, (found) => `\\u00${found.charCodeAt(0).toString(16)}`);
};

const functions: Readonly<Record<string, (args: readonly Json[]) => Json>> = {
  jsonencode: ([value]) => terraformJson(value ?? null),
  jsondecode: ([value]) => JSON.parse(text(value ?? null, "jsondecode")) as Json,
  sha1: ([value]) =>
    createHash("sha1")
      .update(text(value ?? null, "sha1"))
      .digest("hex"),
  sha256: ([value]) =>
    createHash("sha256")
      .update(text(value ?? null, "sha256"))
      .digest("hex"),
  md5: ([value]) =>
    createHash("md5")
      .update(text(value ?? null, "md5"))
      .digest("hex"),
  join: ([separator, items]) =>
    (items as readonly Json[]).map((item) => text(item, "join")).join(text(separator ?? null, "join")),
  lower: ([value]) => text(value ?? null, "lower").toLowerCase(),
  replace: ([value, search, replacement]) =>
    text(value ?? null, "replace").replaceAll(text(search ?? null, "replace"), text(replacement ?? null, "replace")),
};

const descend = (value: Json, path: readonly (string | number)[], whole: string): Json => {
  let current: Json | undefined = value;
  for (const step of path) {
    if (typeof step === "number" && !Array.isArray(current) && step === 0) continue;
    current = isObject(current) || Array.isArray(current) ? (current as JsonObject)[step] : undefined;
    if (current === undefined) throw new Error(`${whole} has no value here`);
  }
  return current as Json;
};

/** A resolver over `stack`; `computed` supplies what is not written in the JSON. */
export const createResolver = (stack: Stack, computed: Computed): Resolver => {
  const underway = new Set<string>();

  const lookUp = (path: readonly (string | number)[]): Json => {
    const whole = path.join(".");
    const address = path.slice(0, path[0] === "data" ? 3 : 2).join(".");
    const block = stack.blocks.get(address);
    if (!block) throw new Error(`${whole} refers to nothing in the stack`);
    const [name, ...rest] = path.slice(path[0] === "data" ? 3 : 2);
    if (typeof name !== "string") throw new Error(`${whole} names no attribute`);
    if (underway.has(whole)) throw new Error(`${whole} refers to itself`);
    underway.add(whole);
    try {
      return descend(resolver.attribute(block, name), rest, whole);
    } finally {
      underway.delete(whole);
    }
  };

  const evaluate = (expression: Expression): Json => {
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "template":
        return expression.parts.map((part) => text(evaluate(part), "a template")).join("");
      case "reference":
        return lookUp(expression.path);
      case "list":
        return expression.items.map(evaluate);
      case "object":
        return Object.fromEntries(
          expression.entries.map(([key, item]) => [text(evaluate(key), "a key"), evaluate(item)]),
        );
      case "call": {
        if (!Object.hasOwn(functions, expression.name))
          throw new Error(`the function ${expression.name}() is not known to the local runtime`);
        return (functions[expression.name] as (args: readonly Json[]) => Json)(expression.args.map(evaluate));
      }
    }
  };

  const resolver: Resolver = {
    value: (raw) => {
      if (typeof raw === "string") return raw.includes("{") ? evaluate(parseTemplate(raw)) : raw;
      if (Array.isArray(raw)) return raw.map(resolver.value);
      if (isObject(raw))
        return Object.fromEntries(Object.entries(raw).map(([key, item]) => [key, resolver.value(item)]));
      return raw;
    },
    attribute: (block, name) => {
      const configured = block.body[name];
      if (configured !== undefined) return resolver.value(configured);
      const value = computed(block, name, resolver);
      if (value === undefined) throw new Error(`${block.address}.${name} has no value known to the local runtime`);
      return value;
    },
  };
  return resolver;
};
