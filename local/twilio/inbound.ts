// Messages from phones: what Twilio posts of them to the application, and which of them make Twilio itself send no more.
import type { MessageForm } from "./message-form";

/** A message from a phone. `to`: the sender number or messaging service that it answers. */
export interface InboundMessage {
  /** The application's webhook for incoming messages. */
  readonly url: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
}

// A number of a messaging service's pool, which the stand-in does not know.
const POOL_NUMBER = "+5511900000001";

/** The fields that are posted. */
export function inboundForm(
  { from, to, body }: InboundMessage,
  sid: string,
  accountSid: string,
): Record<string, string> {
  const isService = to.startsWith("MG");
  return {
    AccountSid: accountSid,
    ApiVersion: "2010-04-01",
    Body: body,
    From: from,
    MessageSid: sid,
    ...(isService && { MessagingServiceSid: to }),
    NumMedia: "0",
    NumSegments: "1",
    SmsMessageSid: sid,
    SmsSid: sid,
    SmsStatus: "received",
    To: isService ? POOL_NUMBER : to,
  };
}

// Twilio's own words, alone in a message: https://help.twilio.com/articles/223134027. Others it only passes on.
const OUT = new Set(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"]);
const BACK = new Set(["START", "YES", "UNSTOP"]);

/** Whom Twilio itself refuses to message (21610), by sender. */
export interface OptOuts {
  hear(message: InboundMessage): void;
  bars(form: MessageForm): boolean;
}

export const createOptOuts = (): OptOuts => {
  const barred = new Set<string>();
  return {
    hear: ({ from, to, body }) => {
      const word = body.trim().toUpperCase();
      if (OUT.has(word)) barred.add(`${to} ${from}`);
      else if (BACK.has(word)) barred.delete(`${to} ${from}`);
    },
    bars: ({ To, From, MessagingServiceSid }) =>
      [MessagingServiceSid, From].some((sender) => sender !== undefined && barred.has(`${sender} ${To}`)),
  };
};
