// The promise of dispatch, counted from what was really taken: one message a shopper and day, one a phone and chain.
import { attemptOf, parseClaim } from "../../lambdas/shared/claim-keys";
import { isWhatsApp, type MessageForm, numberOf } from "../twilio/message-form";

/** The claim that a message's status callback names. */
const claimOf = ({ StatusCallback = "" }: MessageForm): string => {
  const [path = ""] = StatusCallback.split(/[?#]/);
  return attemptOf(decodeURIComponent(path.slice(path.lastIndexOf("/") + 1))).claim;
};

const beyondFirst = (keys: readonly string[]): number => keys.length - new Set(keys).size;

/**
 * Messages beyond the first of a shopper and day, or of a phone, chain and day, on one channel; the greater of both.
 * A message that names no claim counts too: nobody can say whose it is.
 */
export function countSentAgain(messages: readonly MessageForm[]): number {
  const nameless = messages.filter((form) => parseClaim(claimOf(form)) === undefined).length;
  const named = messages.flatMap((form) => {
    const line = parseClaim(claimOf(form));
    return line ? [{ line, channel: isWhatsApp(form.To) ? "whatsapp" : "sms", phone: numberOf(form.To ?? "") }] : [];
  });
  const shoppers = named.map(({ line, channel }) => `${channel} ${line.tenantId} ${line.offerDate} ${line.shopperId}`);
  const phones = named.map(({ line, channel, phone }) => `${channel} ${line.tenantId} ${line.offerDate} ${phone}`);
  return nameless + Math.max(beyondFirst(shoppers), beyondFirst(phones));
}
