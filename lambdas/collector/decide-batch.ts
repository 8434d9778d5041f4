// The collector's one decision: every event of a batch ends as a record to store or as a rejection with its reason.
// Pure: the same events at the same instant give the same answer.
import type { ContractSummary } from "../../contracts/contract-summary";
import { formats } from "../../contracts/validator-runtime";
import type { Validator } from "../../generated/validators";
import { hasValidCpfDigits } from "../shared/cpf";
import type { VaultFact } from "../shared/vault-facts";
import { AGE_MILLISECONDS, AHEAD_MILLISECONDS, EVENT_BYTES } from "./limits";
import { EVENT_CODES, type EventCode } from "./rejection-codes";
import { NO_OBJECT, schemaProblem } from "./schema-problem";
import { type StampContext, stampEvent, type ValidEvent } from "./stamp-event";
import { vaultFactsOf } from "./vault-facts-of";

/** An event to store: its place in the request, its record, and what it tells the vault. */
export type AcceptedEvent = {
  readonly index: number;
  readonly eventId: string;
  /** One JSON object and a newline: never an array. */
  readonly record: string;
  readonly facts: readonly VaultFact[];
};

/** An event that is kept in quarantine. `path` may hold the client's words, `safePath` does not. */
export type RejectedEvent = {
  readonly index: number;
  readonly eventId: string | null;
  readonly code: EventCode;
  readonly path: string;
  readonly safePath: string;
  readonly message: string;
};

/** What becomes of a batch: each event is in exactly one of the lists. */
export type BatchDecision = {
  readonly accepted: readonly AcceptedEvent[];
  readonly rejected: readonly RejectedEvent[];
};

/** What a batch is judged by. */
export type BatchContext = StampContext & {
  readonly contract: ContractSummary;
  readonly validate: Validator;
  /** Bytes of the event at `index` as it was sent; called only for events that are no valid ones. */
  readonly sentBytes: (index: number) => number;
};

/** Judges every event of a batch. */
export function decideBatch(events: readonly unknown[], context: BatchContext): BatchDecision {
  const accepted: AcceptedEvent[] = [];
  const rejected: RejectedEvent[] = [];
  for (let index = 0; index < events.length; index++) {
    const verdict = decideEvent(events[index], index, context);
    if ("record" in verdict) accepted.push(verdict);
    else rejected.push(verdict);
  }
  return { accepted, rejected };
}

/** Rejects every event of a batch that has no contract. */
export function rejectAll(events: readonly unknown[], code: EventCode): RejectedEvent[] {
  return events.map((event, index) => rejection(event, index, code));
}

function decideEvent(event: unknown, index: number, context: BatchContext): AcceptedEvent | RejectedEvent {
  const { contract, validate, tenantId, receivedAtMs } = context;
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    return { ...rejection(event, index, "SCHEMA"), ...NO_OBJECT };
  }
  if (Object.hasOwn(event, "tenant_id")) return rejection(event, index, "TENANT_IN_BODY", "/tenant_id");
  if (!validate(event)) {
    const problem = schemaProblem(validate, contract.fieldNames);
    if (context.sentBytes(index) > EVENT_BYTES) return rejection(event, index, "EVENT_TOO_LARGE");
    return { ...rejection(event, index, "SCHEMA"), ...problem };
  }
  const valid = event as ValidEvent;
  const stamped = stampEvent(valid, context);
  if (exceeds(stamped.text, EVENT_BYTES)) return rejection(event, index, "EVENT_TOO_LARGE");
  if (stamped.cpfDigits !== undefined && !hasValidCpfDigits(stamped.cpfDigits)) {
    return rejection(event, index, "CPF_DIGITS", `/${contract.personal.cpf}`);
  }
  const ahead = stamped.occurredAtMs - receivedAtMs;
  if (ahead > AHEAD_MILLISECONDS || -ahead > AGE_MILLISECONDS) {
    return rejection(event, index, "EVENT_TIME_RANGE", "/occurred_at");
  }
  const facts = vaultFactsOf(valid, stamped, tenantId, contract);
  return { index, eventId: stamped.eventId, record: `${stamped.text}\n`, facts };
}

function rejection(event: unknown, index: number, code: EventCode, path = ""): RejectedEvent {
  return { index, eventId: eventIdOf(event), code, path, safePath: path, message: EVENT_CODES[code] };
}

/** Whether the text has more UTF-8 bytes; counted only when it could, at three bytes a UTF-16 unit. */
const exceeds = (text: string, bytes: number): boolean => text.length * 3 > bytes && Buffer.byteLength(text) > bytes;

/** An event by its place in the request, and its id when that is a uuid. */
export const eventName = (event: unknown, index: number) => ({ index, eventId: eventIdOf(event) });

/** The event's own id when it is a uuid: anything else may be anybody's data. */
function eventIdOf(event: unknown): string | null {
  if (typeof event !== "object" || event === null || !Object.hasOwn(event, "event_id")) return null;
  const id = (event as { event_id: unknown }).event_id;
  return typeof id === "string" && formats.uuid(id) ? id.toLowerCase() : null;
}
