// What the client reads: 202 only when every event it may forget is stored, 503 naming each that it must send again.
import type { RejectedEvent } from "./decide-batch";
import { RETRY_AFTER_SECONDS } from "./limits";
import { EVENT_CODES, REQUEST_CODES, type RefusalCode } from "./rejection-codes";

/** An answer as API Gateway takes it. */
export type Answer = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** An event by its place in the request, and its id when it has one. */
export type EventName = { readonly index: number; readonly eventId: string | null };

/** What became of a request's events: each is in exactly one of the three. */
export type Outcome = {
  readonly accepted: number;
  readonly rejected: readonly RejectedEvent[];
  /** Neither stored nor kept: to be sent again. */
  readonly notAccepted: readonly EventName[];
  /** Whether the route leads to a contract. */
  readonly knownContract: boolean;
};

const REFUSAL_STATUS: Readonly<Record<RefusalCode, number>> = {
  BODY_TOO_LARGE: 413,
  TOO_MANY_EVENTS: 413,
  NOT_JSON: 400,
  NOT_EVENTS: 400,
  FORBIDDEN: 403,
};

/** The answer to a request of which nothing was looked at. */
export function refusal(code: RefusalCode): Answer {
  return json(REFUSAL_STATUS[code], { code, message: REQUEST_CODES[code] });
}

/** The answer to a request whose events were judged. */
export function answerOf({ accepted, rejected, notAccepted, knownContract }: Outcome): Answer {
  const judged = { accepted, rejected: rejected.map(told) };
  if (notAccepted.length > 0) {
    const named = notAccepted.map(({ index, eventId }) => ({ index, event_id: eventId }));
    const body = { code: "UNAVAILABLE", message: REQUEST_CODES.UNAVAILABLE, ...judged, not_accepted: named };
    return json(503, body, { "Retry-After": String(RETRY_AFTER_SECONDS) });
  }
  if (knownContract) return json(202, judged);
  return json(404, { code: "UNKNOWN_CONTRACT", message: EVENT_CODES.UNKNOWN_CONTRACT, ...judged });
}

const told = ({ index, eventId, code, path, message }: RejectedEvent) => ({
  index,
  event_id: eventId,
  code,
  path,
  message,
});

function json(statusCode: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { statusCode, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) };
}
