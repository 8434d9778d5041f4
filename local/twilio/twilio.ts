// A Twilio stand-in over HTTP: it takes, lists and shows messages as Twilio's Messages API does, then reports on each
// with signed callbacks. Every message it took is in its record, whatever its answer said.
import { randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TwilioFaults } from "./faults";
import { checkMessageForm, type MessageForm } from "./message-form";
import { messagePage, messageResource, type TwilioMessage } from "./message-store";
import { createStatusCallbacks } from "./status-callbacks";
import { authenticate, brokenInside, errorBody, methodNotAllowed, notFound } from "./twilio-error";
import { type Deliver, postWebhook, signedWebhook } from "./webhook";

export interface TwilioOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly accountSid: string;
  readonly authToken: string;
  /** The played instant (epoch ms). */
  readonly now: () => number;
  /** A file that gets each accepted message as a line of JSON: its SID, instant and form fields. */
  readonly recordTo?: string;
  /** The account's numbers; any number when absent. */
  readonly senders?: readonly string[];
  /** How callbacks reach the application; by HTTP when absent. */
  readonly deliver?: Deliver;
  readonly faults?: TwilioFaults;
  readonly log?: (line: string) => void;
}

export interface InboundMessage {
  /** The application's webhook for incoming messages. */
  readonly url: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
}

export interface TwilioStandIn {
  readonly port: number;
  readonly url: string;
  /** Every message taken, in order. */
  readonly messages: readonly TwilioMessage[];
  /** Resolves once every callback is delivered. */
  idle(): Promise<void>;
  /** Posts a message from a phone to the application; gives the HTTP status. */
  postInbound(message: InboundMessage): Promise<number>;
  close(): Promise<void>;
}

const route = /^\/2010-04-01\/Accounts\/([^/]+)\/Messages(?:\/(SM[0-9a-f]{32}))?\.json$/;
const newSid = () => `SM${randomBytes(16).toString("hex")}`;

export async function startTwilio(options: TwilioOptions): Promise<TwilioStandIn> {
  const messages: TwilioMessage[] = [];
  const deliver = options.deliver ?? postWebhook;
  const faults = options.faults ?? {};
  const callbacks = createStatusCallbacks({ ...options, deliver, faults, log: options.log ?? (() => undefined) });
  let attempts = 0;
  if (options.recordTo) mkdirSync(dirname(options.recordTo), { recursive: true });

  function accept(form: MessageForm): TwilioMessage {
    const nowMs = options.now();
    const message: TwilioMessage = {
      sid: newSid(),
      accountSid: options.accountSid,
      form,
      createdMs: nowMs,
      updatedMs: nowMs,
      status: "queued",
    };
    messages.push(message);
    const line = { sid: message.sid, date_created: new Date(nowMs).toISOString(), ...form };
    if (options.recordTo) appendFileSync(options.recordTo, `${JSON.stringify(line)}\n`);
    return message;
  }

  async function create(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await formOf(request);
    const refusal = checkMessageForm(form, options.senders);
    if (refusal) return answer(response, refusal.status, errorBody(refusal));
    const fault = faults.onCreate?.(form, attempts++);
    const message = fault?.accepts === false ? undefined : accept(form);
    // Taken before the message's life begins: the answer tells of a queued message.
    const resource = message && messageResource(message);
    if (fault?.delayMs) await sleep(fault.delayMs);
    if (fault?.answer === "drop") request.socket.destroy();
    else if (fault?.answer) answer(response, fault.answer.status, errorBody(fault.answer), fault.answer.headers);
    else if (resource) answer(response, 201, resource);
    else answer(response, 500, errorBody(brokenInside));
    if (message) callbacks.start(message);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const [, account, sid] = route.exec(url.pathname) ?? [];
    const missing = notFound(url.pathname);
    if (account === undefined) return answer(response, 404, errorBody(missing));
    if (account !== options.accountSid || !isAuthentic(request, options)) {
      return answer(response, 401, errorBody(authenticate));
    }
    if (request.method === "POST" && sid === undefined) return create(request, response);
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
      options.log?.(`request ${request.method} ${request.url?.split("?")[0]}: ${error.message}`);
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
    postInbound: (message) => deliver(signedWebhook(options.authToken, message.url, inboundForm(message, options))),
    close: () => {
      callbacks.stop();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function answer(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

function isAuthentic(request: IncomingMessage, { accountSid, authToken }: TwilioOptions): boolean {
  const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
  return request.headers.authorization === expected;
}

/** The form's fields; a body that is no form has none for Twilio. */
async function formOf(request: IncomingMessage): Promise<MessageForm> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  return isForm ? Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())) : {};
}

function inboundForm({ from, to, body }: InboundMessage, { accountSid }: TwilioOptions): Record<string, string> {
  const sid = newSid();
  return {
    AccountSid: accountSid,
    ApiVersion: "2010-04-01",
    Body: body,
    From: from,
    MessageSid: sid,
    NumMedia: "0",
    NumSegments: "1",
    SmsMessageSid: sid,
    SmsSid: sid,
    SmsStatus: "received",
    To: to,
  };
}
