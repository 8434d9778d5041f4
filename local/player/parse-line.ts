// Reads one line of an events file. The event itself is taken as its very characters, so that what is posted is what
// the file says, however large its numbers or deep its nesting.
import { isObject } from "../loader/stack";

/** A line that can be sent. */
export interface EventLine {
  readonly chain: string;
  readonly contract: string;
  /** The event's JSON text as the file has it; `null` when the line has none. */
  readonly event: string;
  readonly receivedAt: unknown;
  readonly occurredAt: unknown;
}

/** `blank` lines count for nothing; an `unusable` one is no object with a chain and a contract. */
export type ParsedLine =
  | { readonly kind: "blank" }
  | { readonly kind: "unusable"; readonly occurredAt?: unknown }
  | ({ readonly kind: "event" } & EventLine);

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const decode = (bytes: Buffer): string | undefined => {
  try {
    return decoder.decode(bytes).replace(/^\uFEFF/, "");
  } catch {
    return undefined;
  }
};

const endOfString = (text: string, start: number): number => {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
};

// The text of a member's value at the top level of a valid JSON object; as in JSON.parse, the last one of a name counts.
const memberText = (text: string, name: string): string | undefined => {
  let found: string | undefined;
  let key: string | undefined;
  let start = 0;
  let depth = 0;
  const close = (end: number) => {
    if (key === name) found = text.slice(start, end).trim();
    key = undefined;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      if (depth === 1 && key === undefined) {
        key = JSON.parse(text.slice(at, end)) as string;
        start = text.indexOf(":", end) + 1;
      }
      at = end - 1;
    } else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      depth -= 1;
      if (depth === 0) close(at);
    } else if (character === "," && depth === 1) close(at);
  }
  return found;
};

const own = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** Parses the bytes of one line (a carriage return and a byte order mark are no part of it). */
export const parseLine = (bytes: Buffer): ParsedLine => {
  const text = decode(bytes);
  if (text === undefined) return { kind: "unusable" };
  if (text.trim() === "") return { kind: "blank" };
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return { kind: "unusable" };
  }
  const chain = own(line, "chain");
  const contract = own(line, "contract");
  const occurredAt = own(own(line, "event"), "occurred_at");
  // An empty name would be no route at all.
  const isNamed = typeof contract === "string" && contract !== "";
  if (typeof chain !== "string" || !/^[a-z0-9-]{1,32}$/.test(chain) || !isNamed)
    return { kind: "unusable", occurredAt };
  const event = memberText(text, "event") ?? "null";
  return { kind: "event", chain, contract, event, receivedAt: own(line, "received_at"), occurredAt };
};
