// The one place that asks Twilio for a message: through Twilio's own message resource over our kept-alive
// connections. It tries once, never throws, and tells what came of it without a number or a text.
import type { Client, RequestOpts } from "twilio/lib/base/BaseTwilio";
import Domain from "twilio/lib/base/Domain";
import Version from "twilio/lib/base/Version";
import type V2010 from "twilio/lib/rest/api/V2010";
import { MessageListInstance } from "twilio/lib/rest/api/v2010/account/message";
import { isBrazilian } from "../shared/phone";
import type { TwilioCredentials } from "../shared/twilio-secret";
import type { HttpAnswer } from "./http-post";
import { outcomeOfError, TooManyRequests, type TwilioOutcome } from "./twilio-outcome";

/** What a message says: a text, or a Content template with its variables. */
export type MessageContent =
  | { readonly channel: "sms"; readonly text: string }
  | {
      readonly channel: "whatsapp";
      readonly contentSid: string;
      readonly contentVariables: Readonly<Record<string, string>>;
    };

/** A message to ask for; `to` is E.164, `from` a number, a WhatsApp address or a messaging service's SID. */
export type MessageRequest = MessageContent & {
  readonly to: string;
  readonly from: string;
  readonly statusCallback: string;
  /** Seconds that Twilio may keep it queued, 1–36,000. */
  readonly validitySeconds: number;
};

/** Sends one message; the promise is never rejected. */
export type SendMessage = (request: MessageRequest) => Promise<TwilioOutcome>;

type Post = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<HttpAnswer>;

/** Twilio's bounds of ValidityPeriod: https://www.twilio.com/docs/messaging/api/message-resource */
const LONGEST_VALIDITY_SECONDS = 36_000;

/** Milliseconds of a Retry-After header in seconds; a date or nonsense is undefined. */
export function retryAfterMs(header: string | string[] | undefined): number | undefined {
  const seconds = typeof header === "string" && /^\d{1,6}$/.test(header.trim()) ? Number(header) : undefined;
  return seconds === undefined ? undefined : seconds * 1000;
}

/** The message resource of one account at `baseUrl`. */
export function twilioMessages(baseUrl: string, credentials: TwilioCredentials, post: Post): SendMessage {
  const { accountSid, authToken } = credentials;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
  const transport = {
    async request({ uri, headers, data }: RequestOpts): Promise<HttpAnswer> {
      const form = new URLSearchParams(data as Record<string, string>).toString();
      const answer = await post(String(uri), { ...(headers as Record<string, string>), authorization }, form);
      if (answer.statusCode === 429) throw new TooManyRequests(retryAfterMs(answer.headers["retry-after"]));
      return answer;
    },
  };
  // The resource asks nothing of its version but Version's own methods, and Domain nothing of its client but `request`.
  const version = new Version(new Domain(transport as unknown as Client, baseUrl), "2010-04-01");
  const messages = MessageListInstance(version as V2010, accountSid);

  return async (request) => {
    const { to, from, statusCallback, validitySeconds } = request;
    const said =
      request.channel === "sms"
        ? { to, body: request.text }
        : {
            to: `whatsapp:${to}`,
            contentSid: request.contentSid,
            contentVariables: JSON.stringify(request.contentVariables),
          };
    try {
      const { sid } = await messages.create({
        ...said,
        ...(from.startsWith("MG") ? { messagingServiceSid: from } : { from }),
        statusCallback,
        validityPeriod: Math.max(1, Math.min(LONGEST_VALIDITY_SECONDS, Math.floor(validitySeconds))),
      });
      return typeof sid === "string" && sid !== "" ? { kind: "accepted", sid } : { kind: "in_doubt", code: "NO_SID" };
    } catch (error) {
      return outcomeOfError(error, !isBrazilian(to));
    }
  };
}
