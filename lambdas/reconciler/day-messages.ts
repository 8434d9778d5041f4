// A day's messages as Twilio lists them: read only, page by page, tried again when Twilio is busy, and of each message
// no more than what tells it from another.
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, RequestOpts } from "twilio/lib/base/BaseTwilio";
import Domain from "twilio/lib/base/Domain";
import Version from "twilio/lib/base/Version";
import type V2010 from "twilio/lib/rest/api/V2010";
import { type MessageInstance, MessageListInstance } from "twilio/lib/rest/api/v2010/account/message";
import { textDigest } from "../shared/text-digest";
import type { TwilioCredentials } from "../shared/twilio-secret";

/** A message that the account sent. */
export type DayMessage = {
  readonly sid: string;
  readonly status: string;
  readonly channel: "sms" | "whatsapp";
  /** E.164; never written down. */
  readonly to: string;
  /** The number and the Messaging Service that it left by. */
  readonly senders: readonly string[];
  /** See `textDigest`; the text itself is forgotten. */
  readonly textDigest: string;
  /** Epoch ms, to the second. */
  readonly createdMs: number;
  readonly segments: number;
};

/** Twilio's log of messages. */
export type MessageLog = {
  /** Those sent from `fromMs` (included) to `untilMs` (excluded), newest first. */
  readonly between: (fromMs: number, untilMs: number) => AsyncIterable<DayMessage>;
  /** One message, or undefined when Twilio knows none of that SID. */
  readonly bySid: (sid: string) => Promise<DayMessage | undefined>;
};

// Twilio's most: https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information
const PAGE_SIZE = 1_000;
const REQUEST_MILLISECONDS = 30_000;
const MOST_TRIES = 5;
const FIRST_PAUSE_MILLISECONDS = 500;
const WHATSAPP = /^whatsapp:/;

/** Twilio did not answer with what was asked for; the message says how, and no number. */
export class TwilioUnreadable extends Error {
  override readonly name = "TwilioUnreadable";
}

type Answer = { readonly statusCode: number; readonly body: string; readonly headers: Record<string, string> };

async function ask(url: URL, authorization: string): Promise<Answer> {
  const signal = AbortSignal.timeout(REQUEST_MILLISECONDS);
  const response = await fetch(url, { headers: { authorization, accept: "application/json" }, signal });
  return { statusCode: response.status, body: await response.text(), headers: Object.fromEntries(response.headers) };
}

/** Reading twice does no harm: whatever may be a passing trouble is tried again. */
async function askAgain(url: URL, authorization: string): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask(url, authorization).catch(() => undefined);
    const passing = answer === undefined || answer.statusCode === 429 || answer.statusCode >= 500;
    if (!passing) return answer;
    if (tries === MOST_TRIES) {
      throw new TwilioUnreadable(`Twilio's list: ${answer?.statusCode ?? "no answer"} after ${tries} tries.`);
    }
    await sleep(FIRST_PAUSE_MILLISECONDS * 2 ** (tries - 1));
  }
}

function dayMessage(message: MessageInstance): DayMessage {
  const senders = [message.from, message.messagingServiceSid].filter((sender) => typeof sender === "string");
  return {
    sid: message.sid,
    status: message.status,
    channel: WHATSAPP.test(message.to) ? "whatsapp" : "sms",
    to: message.to.replace(WHATSAPP, ""),
    senders: senders.map((sender) => sender.replace(WHATSAPP, "")),
    textDigest: textDigest(message.body),
    createdMs: message.dateCreated.getTime(),
    segments: Number(message.numSegments),
  };
}

const refusedAs = (error: unknown): TwilioUnreadable => {
  const { status, code } = Object(error) as { status?: unknown; code?: unknown };
  return new TwilioUnreadable(`Twilio's list: answered ${Number(status)}, code ${Number(code)}.`);
};

/** The log of one account at `baseUrl`. */
export function twilioLog(baseUrl: string, { accountSid, authToken }: TwilioCredentials): MessageLog {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
  const transport = {
    request({ uri, params }: RequestOpts): Promise<Answer> {
      const url = new URL(String(uri));
      for (const [name, value] of Object.entries(params ?? {})) url.searchParams.set(name, String(value));
      return askAgain(url, authorization);
    },
  };
  // The resource asks nothing of its version but Version's own methods, and Domain nothing of its client but `request`.
  const version = new Version(new Domain(transport as unknown as Client, baseUrl), "2010-04-01");
  const messages = MessageListInstance(version as V2010, accountSid);

  return {
    async *between(fromMs, untilMs) {
      const asked = { dateSentAfter: new Date(fromMs), dateSentBefore: new Date(untilMs), pageSize: PAGE_SIZE };
      try {
        for (let page = await messages.page(asked); ; ) {
          for (const message of page.instances) {
            const sentMs = message.dateSent?.getTime() ?? Number.NaN;
            // Inbound messages and Twilio's own replies to them are in the same list.
            if (message.direction === "outbound-api" && sentMs >= fromMs && sentMs < untilMs) yield dayMessage(message);
          }
          const next = await page.nextPage();
          if (next === undefined) return;
          page = next as typeof page;
        }
      } catch (error) {
        throw error instanceof TwilioUnreadable ? error : refusedAs(error);
      }
    },
    async bySid(sid) {
      try {
        return dayMessage(await messages(sid).fetch());
      } catch (error) {
        if (error instanceof TwilioUnreadable) throw error;
        if ((Object(error) as { status?: unknown }).status === 404) return undefined;
        throw refusedAs(error);
      }
    },
  };
}
