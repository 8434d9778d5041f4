// From the body's bytes to events, or to the one reason why none of it is looked at. Nothing is stored of a refused body.
import { BODY_BYTES, BODY_EVENTS } from "./limits";
import type { RefusalCode } from "./rejection-codes";

/** The events of a body, and its text, of which rejected events are kept as they were sent. */
export type ReadBody = { readonly events: readonly unknown[]; readonly text: string; readonly isArray: boolean };

/** A body that is not looked at. */
export type RefusedBody = { readonly refused: RefusalCode };

/** Reads a body as API Gateway hands it over. */
export function readBody(body: string | null, isBase64: boolean): ReadBody | RefusedBody {
  if (body === null) return { refused: "NOT_JSON" };
  if (!isBase64) return Buffer.byteLength(body) > BODY_BYTES ? { refused: "BODY_TOO_LARGE" } : readText(body);
  const bytes = Buffer.from(body, "base64");
  if (bytes.length > BODY_BYTES) return { refused: "BODY_TOO_LARGE" };
  try {
    return readText(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return { refused: "NOT_JSON" };
  }
}

function readText(text: string): ReadBody | RefusedBody {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { refused: "NOT_JSON" };
  }
  if (typeof parsed !== "object" || parsed === null) return { refused: "NOT_EVENTS" };
  if (!Array.isArray(parsed)) return { events: [parsed], text, isArray: false };
  return parsed.length > BODY_EVENTS ? { refused: "TOO_MANY_EVENTS" } : { events: parsed, text, isArray: true };
}

/**
 * The events as they were sent, each its part of the body's text: a rejected event is kept with its repeated keys and
 * its 1e400, which parsing loses, however deeply it nests.
 */
export function sentEvents({ text, isArray }: ReadBody): string[] {
  if (!isArray) return [text.trim()];
  const parts: string[] = [];
  let depth = 0;
  let begin = text.indexOf("[") + 1;
  for (let at = begin - 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) depth++;
    else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) depth--;
    const ends = depth === 0 || (depth === 1 && code === COMMA);
    if (!ends) continue;
    const part = text.slice(begin, at).trim();
    if (part !== "") parts.push(part);
    if (depth === 0) break;
    begin = at + 1;
  }
  return parts;
}

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Index of the quote that closes the string which begins at `at`. */
function endOfString(text: string, at: number): number {
  for (let next = at + 1; ; next++) {
    const code = text.charCodeAt(next);
    if (code === BACKSLASH) next++;
    else if (code === QUOTE || Number.isNaN(code)) return next;
  }
}
