// What the callback puts on the status queue and the status function takes from it: no number, no text.

/** Twilio's word on one message. */
export type Receipt = {
  readonly kind: "receipt";
  /** As the message's callback names it, see `attemptKey`. */
  readonly claim: string;
  readonly sid: string;
  readonly status: string;
  readonly code: number | null;
  readonly at: string;
};

/** A shopper's way out of one chain's messages, or back into them. */
export type OptChange = {
  readonly kind: "opt_out" | "opt_in";
  readonly tenantId: string;
  readonly phoneToken: string;
  readonly word: string;
  readonly at: string;
};

/** A message of the status queue. */
export type StatusMessage = Receipt | OptChange;

/** A queue message is not one of ours. */
export class ForeignMessage extends Error {
  override readonly name = "ForeignMessage";
}

/** The queue's text of a message. */
export const statusText = (message: StatusMessage): string =>
  message.kind === "receipt"
    ? JSON.stringify({
        claim: message.claim,
        sid: message.sid,
        status: message.status,
        code: message.code,
        at: message.at,
      })
    : JSON.stringify({
        tenant_id: message.tenantId,
        phone_token: message.phoneToken,
        word: message.word,
        at: message.at,
        ...(message.kind === "opt_in" ? { opt_in: true } : {}),
      });

const areTexts = (values: readonly unknown[]): values is string[] =>
  values.every((value) => typeof value === "string" && value !== "");

/** The message in a queue's text; throws ForeignMessage when it is none of ours. */
export function readStatusMessage(body: string): StatusMessage {
  let message: Record<string, unknown> = {};
  try {
    message = Object(JSON.parse(body));
  } catch {}
  const receipt = [message.claim, message.sid, message.status, message.at];
  if (areTexts(receipt)) {
    const [claim, sid, status, at] = receipt as [string, string, string, string];
    return { kind: "receipt", claim, sid, status, code: typeof message.code === "number" ? message.code : null, at };
  }
  const change = [message.tenant_id, message.phone_token, message.word, message.at];
  if (areTexts(change)) {
    const [tenantId, phoneToken, word, at] = change as [string, string, string, string];
    return { kind: message.opt_in === true ? "opt_in" : "opt_out", tenantId, phoneToken, word, at };
  }
  throw new ForeignMessage("A message of the status queue is neither a receipt nor an opt-out or opt-in.");
}
