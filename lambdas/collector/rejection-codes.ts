// The closed list of what a client can be told: every code, what it means, and nothing else.

/** Codes of a single event: it is kept sealed in quarantine. In the order in which they are looked for. */
export const EVENT_CODES = {
  UNKNOWN_CONTRACT: "There is no such contract or major version; the route names both.",
  TENANT_IN_BODY: "An event must not say whose it is: the chain comes from the write key.",
  EVENT_TOO_LARGE: "The event has more than 262,144 bytes once stamped.",
  SCHEMA: "The event is not one of the contract.",
  CPF_DIGITS: "The CPF's check digits are wrong.",
  EVENT_TIME_RANGE: "occurred_at is more than 10 minutes ahead or more than 400 days ago.",
} as const;

/** Codes of a whole request: nothing of it is stored. */
export const REQUEST_CODES = {
  BODY_TOO_LARGE: "The body has more than 4,000,000 bytes: send fewer events at once.",
  TOO_MANY_EVENTS: "The body has more than 500 events: send fewer at once.",
  NOT_JSON: "The body is no JSON text in UTF-8.",
  NOT_EVENTS: "The body is neither an event (a JSON object) nor an array of events.",
  FORBIDDEN: "The write key may not write this contract.",
  UNAVAILABLE: "Not everything could be stored: send the events in not_accepted again.",
} as const;

/** Why one event was rejected. */
export type EventCode = keyof typeof EVENT_CODES;

/** Why a whole request was refused. */
export type RequestCode = keyof typeof REQUEST_CODES;

/** Why nothing of a request was looked at. */
export type RefusalCode = Exclude<RequestCode, "UNAVAILABLE">;
