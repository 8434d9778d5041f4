// Reads typed fields out of resolved JSON; what has another type is refused with its address and the value received.
import { isObject, type Json, type JsonObject } from "./stack";

/** Typed access to the fields of one resolved block, nested blocks included. */
export interface Fields {
  readonly address: string;
  readonly body: JsonObject;
  text(name: string, otherwise?: string): string;
  optionalText(name: string): string | undefined;
  number(name: string, otherwise?: number): number;
  flag(name: string, otherwise: boolean): boolean;
  /** The single nested block of that name; undefined when absent. */
  block(name: string): Fields | undefined;
  /** The nested blocks of that name, however many. */
  blocks(name: string): readonly Fields[];
  texts(name: string): readonly string[];
  /** A map of text values. */
  map(name: string): Readonly<Record<string, string>>;
}

const wrong = (address: string, name: string, expected: string, value: Json | undefined): never => {
  throw new Error(`${address}.${name} must be ${expected}, got ${JSON.stringify(value)}`);
};

/** Fields of `body`, which belongs to `address`. */
export const fieldsOf = (address: string, body: JsonObject): Fields => {
  const scalar = (name: string): Json | undefined => body[name] ?? undefined;
  const fields: Fields = {
    address,
    body,
    optionalText: (name) => {
      const value = scalar(name);
      if (value === undefined || typeof value === "string") return value;
      return typeof value === "number" || typeof value === "boolean"
        ? String(value)
        : wrong(address, name, "text", value);
    },
    text: (name, otherwise) => fields.optionalText(name) ?? otherwise ?? wrong(address, name, "text", undefined),
    number: (name, otherwise) => {
      const value = scalar(name) ?? otherwise;
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      return typeof number === "number" && Number.isFinite(number) ? number : wrong(address, name, "a number", value);
    },
    flag: (name, otherwise) => {
      const value = scalar(name) ?? otherwise;
      return typeof value === "boolean" ? value : wrong(address, name, "true or false", value);
    },
    blocks: (name) => {
      const value = scalar(name) ?? [];
      const items = Array.isArray(value) ? value : [value];
      return items.map((item, index) =>
        isObject(item) ? fieldsOf(`${address}.${name}[${index}]`, item) : wrong(address, name, "a block", item),
      );
    },
    block: (name) => {
      const blocks = fields.blocks(name);
      return blocks.length > 1 ? wrong(address, name, "one block", body[name]) : blocks[0];
    },
    texts: (name) => {
      const value = scalar(name) ?? [];
      if (!Array.isArray(value)) return wrong(address, name, "a list of texts", value);
      return value.map((item) => (typeof item === "string" ? item : wrong(address, name, "a list of texts", item)));
    },
    map: (name) => {
      const value = scalar(name) ?? {};
      if (!isObject(value)) return wrong(address, name, "a map", value);
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
    },
  };
  return fields;
};
