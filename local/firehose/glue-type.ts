// Reads Glue's column types, those that a contract can express, and refuses every other by name.

/** A parsed Glue column type. */
export type GlueType =
  | { readonly kind: "string" | "bigint" | "boolean" | "date" | "timestamp" }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "array"; readonly element: GlueType }
  | { readonly kind: "struct"; readonly fields: readonly GlueField[] };

export interface GlueField {
  /** Lower case, as Glue keeps names. */
  readonly name: string;
  readonly type: GlueType;
}

const simple = new Set(["string", "bigint", "boolean", "date", "timestamp"]);
// An INT64 holds 18 decimal digits; the contracts need no more.
const maxPrecision = 18;

/** `array<struct<sku:string,unit_price:decimal(18,4)>>` and the like; throws on what the local Firehose cannot write. */
export function parseGlueType(text: string): GlueType {
  const tokens = text.match(/[A-Za-z_][A-Za-z0-9_]*|\d+|\S/g) ?? [];
  let at = 0;

  const refuse = (): never => {
    throw new Error(`Glue type "${text}" is not one the local Firehose writes (at "${tokens[at] ?? "end"}")`);
  };
  const take = (expected: string) => {
    if (tokens[at] !== expected) refuse();
    at += 1;
  };
  const number = () => {
    const token = tokens[at];
    if (token === undefined || !/^\d+$/.test(token)) return refuse();
    at += 1;
    return Number(token);
  };
  const name = () => {
    const token = tokens[at];
    if (token === undefined || !/^[A-Za-z_]/.test(token)) return refuse();
    at += 1;
    return token.toLowerCase();
  };
  const field = (): GlueField => {
    const fieldName = name();
    take(":");
    return { name: fieldName, type: type() };
  };

  function type(): GlueType {
    const start = at;
    const kind = name();
    if (simple.has(kind)) return { kind: kind as "string" };
    if (kind === "decimal") {
      take("(");
      const precision = number();
      take(",");
      const scale = number();
      if (precision > maxPrecision || precision < 1 || scale > precision) refuse();
      take(")");
      return { kind, precision, scale };
    }
    if (kind === "array") {
      take("<");
      const element = type();
      take(">");
      return { kind, element };
    }
    if (kind === "struct") {
      take("<");
      const fields = [field()];
      while (tokens[at] === ",") {
        at += 1;
        fields.push(field());
      }
      take(">");
      return { kind, fields };
    }
    at = start;
    return refuse();
  }

  const parsed = type();
  if (at !== tokens.length) refuse();
  return parsed;
}
