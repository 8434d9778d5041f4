// Turns the front's answers into what became of each line: every line posted ends accepted, or rejected with a code.
import { isObject } from "../loader/stack";
import type { PostAnswer } from "./post-client";

/** Code of a line that cannot be sent at all. */
export const LINE = "LINE";

/** What became of the lines. */
export interface Tally {
  accepted: number;
  /** Rejected lines by the code of the answer. */
  readonly rejectedByCode: Map<string, number>;
  /** Rejected lines whose event the collector keeps in quarantine. */
  kept: number;
}

export const emptyTally = (): Tally => ({ accepted: 0, rejectedByCode: new Map(), kept: 0 });

const reject = (tally: Tally, code: string, lines: number, kept: boolean): void => {
  tally.rejectedByCode.set(code, (tally.rejectedByCode.get(code) ?? 0) + lines);
  if (kept) tally.kept += lines;
};

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The code in an answer's body, else its status (`HTTP_403`). */
export const codeOf = (answer: PostAnswer): string => {
  const body = json(answer.body);
  return isObject(body) && typeof body.code === "string" ? body.code : `HTTP_${answer.status}`;
};

/** Counts the answer to a batch of `lines` lines. Throws when a 202 does not account for each of them exactly once. */
export const countAnswer = (tally: Tally, answer: PostAnswer, lines: number): void => {
  if (answer.status !== 202) {
    // Of the answers that refuse a whole body, only the one to an unknown contract keeps its events.
    reject(tally, codeOf(answer), lines, answer.status === 404);
    return;
  }
  const body = json(answer.body);
  const accepted = isObject(body) ? body.accepted : undefined;
  const rejected = isObject(body) ? body.rejected : undefined;
  if (typeof accepted !== "number" || !Array.isArray(rejected))
    throw new Error(`the collector answered 202 without counts: ${answer.body.slice(0, 200)}`);
  const codes = new Map<number, string>();
  for (const item of rejected) {
    if (!isObject(item) || typeof item.index !== "number" || typeof item.code !== "string") continue;
    if (item.index >= 0 && item.index < lines) codes.set(item.index, item.code);
  }
  if (codes.size !== rejected.length || accepted + codes.size !== lines)
    throw new Error(`the collector accounted for ${accepted} + ${codes.size} of ${lines} events posted`);
  tally.accepted += accepted;
  for (const code of codes.values()) reject(tally, code, 1, true);
};
