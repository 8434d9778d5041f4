// A Twilio stand-in over HTTP: it takes, lists and shows messages as Twilio's Messages API does, then reports on each
// with signed callbacks. Every message it took is in its record, whatever its answer said.
import { randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { answer, messageCreator } from "./create-message";
import type { MessageLife, TwilioFaults } from "./faults";
import { createOptOuts, type InboundMessage, inboundForm } from "./inbound";
import { createLater } from "./later";
import type { MessageForm } from "./message-form";
import { messagePage, messageResource, type TwilioMessage } from "./message-store";
import { createStatusCallbacks } from "./status-callbacks";
import { createTally, type TwilioCounts } from "./tally";
import { authenticate, brokenInside, errorBody, methodNotAllowed, notFound } from "./twilio-error";
import { type Deliver, postWebhook, signedWebhook } from "./webhook";

export interface TwilioOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly accountSid: string;
  readonly authToken: string;
  /** The played instant (epoch ms). */
  readonly now: () => number;
  /** A file that gets each accepted message as a line of JSON: its SID, instant and form fields; empty when there is none. */
  readonly recordTo?: string;
  /** The account's numbers; any number when absent. */
  readonly senders?: readonly string[];
  /** How callbacks reach the application; by HTTP when absent. */
  readonly deliver?: Deliver;
  readonly faults?: TwilioFaults;
  /** The application's webhook for messages from shoppers; their answers go nowhere when absent. */
  readonly inboundUrl?: () => string | undefined;
  readonly log?: (line: string) => void;
}

export interface TwilioStandIn {
  readonly port: number;
  readonly url: string;
  /** Every message taken, in order. */
  readonly messages: readonly TwilioMessage[];
  /** Resolves once every callback is delivered, but for those that are due later on the played clock. */
  idle(): Promise<void>;
  /** The next played instant at which a callback or a shopper's answer is due. */
  nextDue(): number | undefined;
  /** Posts what is due by now. */
  release(): Promise<void>;
  /** What became of every request so far. */
  counts(): TwilioCounts;
  /** Posts a message from a phone to the application; gives the HTTP status. */
  postInbound(message: InboundMessage): Promise<number>;
  close(): Promise<void>;
}

const route = /^\/2010-04-01\/Accounts\/([^/]+)\/Messages(?:\/(SM[0-9a-f]{32}))?\.json$/;
const newSid = () => `SM${randomBytes(16).toString("hex")}`;

export async function startTwilio(options: TwilioOptions): Promise<TwilioStandIn> {
  const messages: TwilioMessage[] = [];
  const deliver = options.deliver ?? postWebhook;
  const log = options.log ?? (() => undefined);
  const faults = options.faults ?? {};
  const tally = createTally();
  const optOuts = createOptOuts();
  const later = createLater();
  if (options.recordTo) {
    mkdirSync(dirname(options.recordTo), { recursive: true });
    writeFileSync(options.recordTo, "");
  }

  async function postInbound(message: InboundMessage): Promise<number> {
    tally.reply();
    optOuts.hear(message);
    const form = inboundForm(message, newSid(), options.accountSid);
    return deliver(signedWebhook(options.authToken, message.url, form));
  }

  async function reply({ sid, form }: TwilioMessage, body: string): Promise<void> {
    const url = options.inboundUrl?.();
    if (url === undefined) return;
    const to = form.MessagingServiceSid ?? form.From ?? "";
    const status = await postInbound({ url, from: form.To ?? "", to, body }).catch((error: Error) => error.message);
    if (typeof status === "string" || status >= 300) log(`the answer to ${sid}: ${status}`);
  }

  const callbacks = createStatusCallbacks({ ...options, deliver, later, reply, log });

  function take(form: MessageForm, life: MessageLife): TwilioMessage {
    const nowMs = options.now();
    const message: TwilioMessage = {
      sid: newSid(),
      accountSid: options.accountSid,
      form,
      createdMs: nowMs,
      life,
      heard: [],
      updatedMs: nowMs,
      status: "queued",
    };
    messages.push(message);
    const line = { sid: message.sid, date_created: new Date(nowMs).toISOString(), ...form };
    if (options.recordTo) appendFileSync(options.recordTo, `${JSON.stringify(line)}\n`);
    return message;
  }

  const create = messageCreator({ ...options, faults, optOuts, tally, take, start: callbacks.start });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const [, account, sid] = route.exec(url.pathname) ?? [];
    const missing = notFound(url.pathname);
    if (account === undefined) return answer(response, 404, errorBody(missing));
    const isCreation = request.method === "POST" && sid === undefined;
    const isKnown = account === options.accountSid && isAuthentic(request, options);
    const barred = isKnown ? faults.onAccount?.(options.now()) : authenticate;
    if (barred) {
      if (isCreation) tally.request(barred);
      return answer(response, barred.status, errorBody(barred));
    }
    if (isCreation) return create(request, response);
    if (request.method !== "GET") {
      return answer(response, 405, errorBody(methodNotAllowed));
    }
    if (sid === undefined) return answer(response, 200, messagePage(messages, account, url.searchParams));
    const message = messages.find((each) => each.sid === sid);
    return message ? answer(response, 200, messageResource(message)) : answer(response, 404, errorBody(missing));
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => {
      // Without the query, which may hold a phone number.
      log(`request ${request.method} ${request.url?.split("?")[0]}: ${error.message}`);
      if (response.headersSent) response.destroy();
      else answer(response, 500, errorBody(brokenInside));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    messages,
    idle: callbacks.idle,
    nextDue: later.nextDue,
    release: () => later.release(options.now()),
    counts: () => tally.counts(messages),
    postInbound,
    close: () => {
      callbacks.stop();
      later.clear();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function isAuthentic(request: IncomingMessage, { accountSid, authToken }: TwilioOptions): boolean {
  const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
  return request.headers.authorization === expected;
}
