// What became of every request for a message: each is counted in exactly one of taken, refused and broken off.
import type { TwilioMessage } from "./message-store";
import type { TwilioError } from "./twilio-error";

/** The stand-in's account of itself. */
export interface TwilioCounts {
  /** Requests for a message: `taken` + `refused` + `broken_off`. */
  readonly requests: number;
  readonly taken: number;
  readonly refused: number;
  /** `refused` by Twilio's code, or `HTTP_503` without one. */
  readonly refused_by_code: Readonly<Record<string, number>>;
  /** Connections reset before the message was taken. */
  readonly broken_off: number;
  /** Messages taken although the answer said otherwise, or never came. */
  readonly taken_unsaid: number;
  /** Messages of whose end the application has heard nothing. */
  readonly without_receipt: number;
  /** Messages from shoppers. */
  readonly replies: number;
}

export interface Tally {
  /** A request's end: taken, broken off before that, or refused. */
  request(end: "taken" | "broken_off" | TwilioError): void;
  unsaid(): void;
  reply(): void;
  counts(messages: readonly TwilioMessage[]): TwilioCounts;
}

const isEnd = (status: string): boolean => status === "delivered" || status === "undelivered" || status === "failed";

export const createTally = (): Tally => {
  const refused = new Map<string, number>();
  let taken = 0;
  let brokenOff = 0;
  let unsaid = 0;
  let replies = 0;
  return {
    request: (end) => {
      if (end === "taken") taken += 1;
      else if (end === "broken_off") brokenOff += 1;
      else {
        const code = String(end.code ?? `HTTP_${end.status}`);
        refused.set(code, (refused.get(code) ?? 0) + 1);
      }
    },
    unsaid: () => {
      unsaid += 1;
    },
    reply: () => {
      replies += 1;
    },
    counts: (messages) => {
      const refusals = [...refused.values()].reduce((total, count) => total + count, 0);
      return {
        requests: taken + refusals + brokenOff,
        taken,
        refused: refusals,
        refused_by_code: Object.fromEntries([...refused].sort(([one], [other]) => (one < other ? -1 : 1))),
        broken_off: brokenOff,
        taken_unsaid: unsaid,
        without_receipt: messages.filter(({ heard }) => !heard.some(isEnd)).length,
        replies,
      };
    },
  };
};
