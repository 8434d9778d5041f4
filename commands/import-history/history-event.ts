// Judges one line of a history file as the collector judges an event, but for its age, and as received when it happened.
import type { ContractSummary } from "../../contracts/contract-summary";
import { TIME_KEYS } from "../../contracts/stamps";
import type { Validator } from "../../generated/validators";
import { decideBatch } from "../../lambdas/collector/decide-batch";
import type { TimeStamper } from "../../lambdas/collector/local-time";
import type { EventCode } from "../../lambdas/collector/rejection-codes";
import { commonStamps } from "../../lambdas/collector/stamp-event";
import { parseRfc3339, toUtc } from "../../lambdas/shared/rfc3339";
import type { Tokenizer } from "../../lambdas/shared/tokens";
import type { VaultFact } from "../../lambdas/shared/vault-facts";
import { parseLine } from "../../local/player/parse-line";
import { FIRST_EVENT_DATE } from "../../modules/shared/partition-keys";

/** `LINE`: no object with a chain and a contract. `CHAIN`: not an active chain of the environment. `CONTRACT`: not one
 * of events over time, which alone can be imported. The others are the collector's. */
export type HistoryCode = EventCode | "LINE" | "CHAIN" | "CONTRACT";

/** What becomes of a line. */
export type JudgedLine =
  | { readonly kind: "blank" }
  | { readonly kind: "rejected"; readonly code: HistoryCode; readonly path: string }
  | {
      readonly kind: "accepted";
      /** One JSON object and a newline, with tokens in place of personal values. */
      readonly record: string;
      /** Where it lies in the lake, `data/purchase/event_date=…/…/`. */
      readonly folder: string;
      /** The local day of the event. */
      readonly day: string;
      readonly scope: string;
      readonly facts: readonly VaultFact[];
    };

/** A contract that can be imported. */
export interface HistoryContract {
  readonly contract: ContractSummary;
  readonly validate: Validator;
  /** `data/purchase/`. */
  readonly prefix: string;
  /** Partition keys in path order. */
  readonly keys: readonly string[];
}

/** What lines are judged by. */
export interface HistoryContext {
  /** By name, such as `purchase`. */
  readonly contracts: ReadonlyMap<string, HistoryContract>;
  /** Undefined for a chain that the environment does not know as active. */
  readonly tokenizerOf: (tenantId: string) => Tokenizer | undefined;
  readonly timeStamps: TimeStamper;
  /** Epoch ms; nothing younger is history. */
  readonly now: number;
}

/** Events over time; of the others a snapshot is made, and what they say of a shopper goes by the API. */
export const HISTORY_CONTRACTS: readonly string[] = ["v1/purchase", "v1/coupon"];

// As when it was sent at once: an imported event is not late, it was never on its way.
const RECEIVED_AFTER_MS = 1_000;

/** Judges a line. */
export function judgeLine(bytes: Buffer | undefined, context: HistoryContext): JudgedLine {
  const line = bytes ? parseLine(bytes) : ({ kind: "unusable" } as const);
  if (line.kind === "blank") return line;
  const rejected = (code: HistoryCode, path = ""): JudgedLine => ({ kind: "rejected", code, path });
  if (line.kind === "unusable") return rejected("LINE");
  const known = context.contracts.get(line.contract);
  if (!known) return rejected("CONTRACT");
  const tokenOf = context.tokenizerOf(line.chain);
  if (!tokenOf) return rejected("CHAIN");

  const occurredAtMs = typeof line.occurredAt === "string" ? parseRfc3339(line.occurredAt) : undefined;
  const receivedAtMs = (occurredAtMs ?? context.now) + RECEIVED_AFTER_MS;
  const { accepted, rejected: refused } = decideBatch([JSON.parse(line.event)], {
    ...known,
    tenantId: line.chain,
    tokenOf,
    receivedAtMs,
    commonStamps: commonStamps(line.chain, toUtc(receivedAtMs), known.contract),
    timeStamps: context.timeStamps,
    sentBytes: () => Buffer.byteLength(line.event),
  });
  const [event] = accepted;
  if (!event) return rejected(refused[0]?.code ?? "SCHEMA", refused[0]?.safePath);
  const stamped = JSON.parse(event.record) as Record<string, string>;
  const day = stamped[TIME_KEYS[0]] ?? "";
  if (occurredAtMs === undefined || occurredAtMs > context.now || day < FIRST_EVENT_DATE)
    return rejected("EVENT_TIME_RANGE", "/occurred_at");
  const folder = known.keys.map((key) => `${key}=${stamped[key]}/`).join("");
  return {
    kind: "accepted",
    record: event.record,
    folder: `${known.prefix}${folder}`,
    day,
    scope: known.contract.scope,
    facts: event.facts,
  };
}
