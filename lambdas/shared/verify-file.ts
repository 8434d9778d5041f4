// A file is believed whole or not at all: bytes, lines, hash, chain and day of every line, and no shopper twice in a
// chain's day. It is read as a stream: what is held is a line and 16 bytes a shopper.
import { createHash } from "node:crypto";
import { byteLines, LineTooLong } from "./byte-lines";
import type { OutFile } from "./manifest";
import { type OutLine, parseOutLine } from "./out-line";

/** What is wrong with a refused file. */
export type Refusal = "missing" | "bytes" | "lines" | "sha256" | "line" | "tenant" | "date" | "duplicate" | "unended";

/** A line that was read, with the place of its first byte. */
export type PlacedLine = { readonly offset: number; readonly line: OutLine };

/** What a chain's believed files hold so far, 16 bytes a value. */
export type Seen = { readonly shoppers: Set<string>; readonly recommendations: Set<string> };

/** Nothing seen yet. */
export const nothingSeen = (): Seen => ({ shoppers: new Set(), recommendations: new Set() });

/** Half a token (128 bits) tells a chain's shoppers apart and is a quarter of the memory. */
const compact = (hex: string): string => Buffer.from(hex.replaceAll("-", "").slice(0, 32), "hex").toString("latin1");

/** Adds a value to those of this file; false when this file or a believed one had it. */
function addOnce(value: string, here: Set<string>, believed: ReadonlySet<string>): boolean {
  const short = compact(value);
  if (here.has(short) || believed.has(short)) return false;
  here.add(short);
  return true;
}

/**
 * Reads a file through, adds a believed one to `seen`, and calls `onLine` for every line that can be read, refused file or not.
 * Returns why the file is refused, or undefined when it is exactly what the manifest says.
 */
export async function verifyFile(
  file: OutFile,
  offerDate: string,
  chunks: AsyncIterable<Uint8Array>,
  seen: Seen,
  onLine: (placed: PlacedLine) => Promise<void>,
): Promise<Refusal | undefined> {
  const hash = createHash("sha256");
  const here = nothingSeen();
  let bytes = 0;
  let lines = 0;
  let refusal: Refusal | undefined;
  const refuse = (why: Refusal): void => {
    refusal ??= why;
  };
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      yield chunk;
    }
  }
  try {
    for await (const { offset, bytes: text, ended } of byteLines(counted())) {
      lines += 1;
      if (!ended) refuse("unended");
      const line = parseOutLine(text.toString("utf8"));
      if (!line) {
        refuse("line");
        continue;
      }
      if (line.tenantId !== file.tenantId) refuse("tenant");
      if (line.offerDate !== offerDate) refuse("date");
      const newShopper = addOnce(line.shopperId, here.shoppers, seen.shoppers);
      const newRecommendation = addOnce(line.recommendationId, here.recommendations, seen.recommendations);
      if (!newShopper || !newRecommendation) refuse("duplicate");
      await onLine({ offset, line });
    }
  } catch (error) {
    if (!(error instanceof LineTooLong)) throw error;
    return "line";
  }
  if (bytes !== file.bytes) refuse("bytes");
  if (lines !== file.lines) refuse("lines");
  if (hash.digest("hex") !== file.sha256) refuse("sha256");
  if (refusal === undefined) {
    // A refused file says nothing: only a believed one makes another's line a duplicate.
    for (const shopper of here.shoppers) seen.shoppers.add(shopper);
    for (const recommendation of here.recommendations) seen.recommendations.add(recommendation);
  }
  return refusal;
}
