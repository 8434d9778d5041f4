// Evaluates S3 prefixes with Firehose's `!{namespace:value}` expressions, and refuses those it could not evaluate when
// the stream is made, not when a record is lost.
import { DateTime } from "luxon";

type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "partitionKey"; readonly key: string }
  | { readonly kind: "timestamp"; readonly format: string }
  | { readonly kind: "errorOutputType" };

export type Prefix = readonly Part[];

/** What the expressions stand for in one object. */
export interface PrefixValues {
  /** Arrival of the oldest record in the object (epoch ms). */
  readonly oldestMs: number;
  readonly timeZone: string;
  readonly partitionKeys?: Readonly<Record<string, string>>;
  readonly errorOutputType?: string;
}

const expression = /!\{([^}]*)\}/g;
// Patterns that mean the same to Java's DateTimeFormatter and here.
const timestampFormat = /^(?:yyyy|MM|dd|HH|mm|ss|[-/_=. ])+$/;

/** Parses a prefix; one without any expression gets `yyyy/MM/dd/HH/` appended, as Firehose does. */
export function parsePrefix(text: string): Prefix {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(expression)) {
    if (match.index > end) parts.push({ kind: "text", text: text.slice(end, match.index) });
    parts.push(parseExpression(match[1] ?? "", text));
    end = match.index + match[0].length;
  }
  if (end === 0) parts.push({ kind: "text", text }, { kind: "timestamp", format: "yyyy/MM/dd/HH/" });
  else if (end < text.length) parts.push({ kind: "text", text: text.slice(end) });
  return parts;
}

function parseExpression(inner: string, text: string): Part {
  const colon = inner.indexOf(":");
  const namespace = inner.slice(0, colon);
  const value = inner.slice(colon + 1);
  if (namespace === "partitionKeyFromQuery" && value !== "") return { kind: "partitionKey", key: value };
  if (namespace === "timestamp" && timestampFormat.test(value)) return { kind: "timestamp", format: value };
  if (namespace === "firehose" && value === "error-output-type") return { kind: "errorOutputType" };
  throw new Error(`prefix "${text}": the local Firehose does not evaluate !{${inner}}`);
}

/** The partition keys that a prefix names. */
export function prefixKeys(prefix: Prefix): string[] {
  return prefix.flatMap((part) => (part.kind === "partitionKey" ? [part.key] : []));
}

/** Whether a prefix tells the kinds of error apart, as an error prefix must. */
export function namesErrorType(prefix: Prefix): boolean {
  return prefix.some((part) => part.kind === "errorOutputType");
}

export function evaluatePrefix(prefix: Prefix, values: PrefixValues): string {
  return prefix.map((part) => evaluatePart(part, values)).join("");
}

function evaluatePart(part: Part, values: PrefixValues): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "partitionKey":
      return values.partitionKeys?.[part.key] ?? "";
    case "timestamp":
      return formatInstant(values.oldestMs, values.timeZone, part.format);
    case "errorOutputType":
      return values.errorOutputType ?? "";
  }
}

/** An instant in the stream's zone; `format` in the letters that Java and Luxon share. */
export function formatInstant(epochMs: number, timeZone: string, format: string): string {
  return DateTime.fromMillis(epochMs, { zone: timeZone }).toFormat(format);
}
