// What an answer of Twilio means for a line. Only an answer that proves refusal counts as one: whatever could hide an
// accepted message is in doubt, and only 429 is known never to have been processed.
import { isAccountCode } from "../shared/circuit";

/** The end of one request for a message. */
export type TwilioOutcome =
  | { readonly kind: "accepted"; readonly sid: string }
  | { readonly kind: "rejected"; readonly code: number }
  /** The account or the configuration is refused: no line can go, and none is to blame. */
  | { readonly kind: "stop_run"; readonly code: string }
  /** Not processed; to be tried again after that many milliseconds, or a time of our choice. */
  | { readonly kind: "too_many"; readonly retryAfterMs: number | undefined }
  | { readonly kind: "in_doubt"; readonly code: string };

/** Twilio asks to slow down; the request was not processed. */
export class TooManyRequests extends Error {
  constructor(readonly retryAfterMs: number | undefined) {
    super("Twilio answered 429.");
  }
}

/** No permission for the recipient's region: the account's fault at home, the number's fault abroad. */
const REGION_NOT_PERMITTED = 21408;

/** Errors of a connection that was never made: nothing was written to it. */
const NEVER_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

const numberIn = (value: unknown): number | undefined => (Number.isSafeInteger(value) ? Number(value) : undefined);

/** What a failed request means; `abroad` says that the recipient's number is not Brazilian. */
export function outcomeOfError(error: unknown, abroad: boolean): TwilioOutcome {
  if (error instanceof TooManyRequests) return { kind: "too_many", retryAfterMs: error.retryAfterMs };
  const { status, code } = Object(error) as { status?: unknown; code?: unknown };
  if (typeof code === "string" && NEVER_CONNECTED.has(code)) return { kind: "stop_run", code };
  const httpStatus = numberIn(status);
  const twilioCode = numberIn(code);
  // 408 is a timeout, whoever says it.
  if (httpStatus === undefined || httpStatus < 400 || httpStatus >= 500 || httpStatus === 408) {
    return { kind: "in_doubt", code: httpStatus === undefined ? ambiguity(code) : `HTTP_${httpStatus}` };
  }
  if (twilioCode === REGION_NOT_PERMITTED && abroad) return { kind: "rejected", code: twilioCode };
  const stops = twilioCode !== undefined && (isAccountCode(twilioCode) || twilioCode === REGION_NOT_PERMITTED);
  if (stops || httpStatus === 401 || httpStatus === 403) {
    return { kind: "stop_run", code: String(twilioCode ?? `HTTP_${httpStatus}`) };
  }
  // Without a code of Twilio's, nothing says that it was Twilio who answered.
  if (twilioCode === undefined || twilioCode === 0) return { kind: "in_doubt", code: `HTTP_${httpStatus}` };
  return { kind: "rejected", code: twilioCode };
}

/** A short name of what went wrong, never its text: messages may quote a number. */
const ambiguity = (code: unknown): string =>
  typeof code === "string" && /^[A-Z_]{1,32}$/.test(code) ? code : "UNKNOWN";
