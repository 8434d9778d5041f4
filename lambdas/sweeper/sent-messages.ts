// What Twilio's list has for one phone: read only, by recipient alone, since a message that still waits at Twilio has no
// date by which the list could be asked. Neither number nor text leaves this file.
import type { Client, RequestOpts } from "twilio/lib/base/BaseTwilio";
import Domain from "twilio/lib/base/Domain";
import Version from "twilio/lib/base/Version";
import type V2010 from "twilio/lib/rest/api/V2010";
import { type MessageInstance, MessageListInstance } from "twilio/lib/rest/api/v2010/account/message";
import { textDigest } from "../shared/text-digest";
import type { TwilioCredentials } from "../shared/twilio-secret";
import type { OpenClaim, SentMessage } from "./judge-claim";

/** Every message that the account sent to a phone (E.164) on a channel. Throws LookupFailed. */
export type SentTo = (phone: string, channel: OpenClaim["channel"]) => Promise<readonly SentMessage[]>;

/** Twilio's list could not be read. */
export class LookupFailed extends Error {
  override readonly name = "LookupFailed";
}

// Twilio's most: https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information
const PAGE_SIZE = 1_000;
const REQUEST_TIMEOUT_MS = 10_000;
const WHATSAPP = "whatsapp:";

/** An address without its channel. */
export const bareAddress = (address: string): string => address.replace(WHATSAPP, "");

function sentMessage(message: MessageInstance): SentMessage {
  const senders = [message.from, message.messagingServiceSid].filter((sender) => typeof sender === "string");
  return {
    sid: message.sid,
    status: message.status,
    code: typeof message.errorCode === "number" ? message.errorCode : null,
    senders: senders.map(bareAddress),
    createdMs: message.dateCreated.getTime(),
    textDigest: message.body ? textDigest(message.body) : undefined,
  };
}

/** The status and code of a refusal, never its text: it may quote a number. */
function failureOf(error: unknown): LookupFailed {
  const { status, code, name } = Object(error) as { status?: unknown; code?: unknown; name?: unknown };
  const what =
    typeof status === "number" ? `answered ${status}, code ${Number(code)}` : `gave no answer: ${String(name)}`;
  return new LookupFailed(`Twilio's list ${what}.`);
}

/** The messages of one account at `baseUrl`. */
export function twilioSentTo(baseUrl: string, { accountSid, authToken }: TwilioCredentials): SentTo {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
  const transport = {
    async request({ uri, params }: RequestOpts) {
      const url = new URL(String(uri));
      for (const [name, value] of Object.entries(params ?? {})) url.searchParams.set(name, String(value));
      const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
      const response = await fetch(url, { headers: { authorization, accept: "application/json" }, signal });
      return { statusCode: response.status, body: await response.text() };
    },
  };
  // The resource asks nothing of its version but Version's own methods, and Domain nothing of its client but `request`.
  const version = new Version(new Domain(transport as unknown as Client, baseUrl), "2010-04-01");
  const messages = MessageListInstance(version as V2010, accountSid);

  return async (phone, channel) => {
    const to = channel === "whatsapp" ? `${WHATSAPP}${phone}` : phone;
    try {
      const listed = await messages.list({ to, pageSize: PAGE_SIZE });
      return listed.filter(({ direction }) => direction === "outbound-api").map(sentMessage);
    } catch (error) {
      throw failureOf(error);
    }
  };
}
