// How the lines of the small night are written, and what may become of one.
import { createHash } from "node:crypto";

/** What becomes of a line: a code of rejection, or how the night counts it. */
export type Outcome =
  | "used"
  | "anonymous"
  | "late"
  | "duplicate"
  | "conflict"
  | "out_of_window"
  | "other_contract"
  | { readonly rejected: string; readonly kept: boolean };

export interface FixtureLine {
  readonly bytes: Buffer;
  readonly outcome: Outcome;
}

/** The same UUID for the same words. */
export const uuid = (...words: readonly (string | number)[]): string => {
  const hex = createHash("sha256").update(words.join("|")).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export type Event = Record<string, unknown>;
/** A line of the events file. */
export const text = (chain: string, contract: string, event: unknown, more: object = {}): string =>
  JSON.stringify({ chain, contract, event, ...more });
/** A line, and what becomes of it. */
export const line = (value: string | Buffer, outcome: Outcome): FixtureLine => ({
  bytes: Buffer.from(value as string),
  outcome,
});
/** A line that is refused with that code, and whether quarantine keeps it. */
export const rejected = (code: string, value: string | Buffer, kept = true): FixtureLine =>
  line(value, { rejected: code, kept });

/** An anonymous purchase of the day before the business date, but for what changes. */
export const purchase = (word: string, changes: Event = {}): Event => ({
  event_id: uuid("purchase", word),
  event_type: "sale",
  occurred_at: "2025-11-17T18:20:00-03:00",
  store_id: "loja-1",
  items: [{ sku: "leite", name: "Leite 1 l", quantity: 2, unit_price: 5.19 }],
  ...changes,
});
