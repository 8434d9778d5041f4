// Takes each accepted message through its life, posting the status callbacks of one message in order and never two of
// them at once, unless its life says otherwise.
import { setTimeout as sleep } from "node:timers/promises";
import { type StatusStep, usualLife } from "./faults";
import type { Later } from "./later";
import type { TwilioMessage } from "./message-store";
import { type Deliver, signedWebhook } from "./webhook";

// Messages whose callbacks are under way at once.
const messagesAtOnce = 16;

export interface StatusCallbacks {
  start(message: TwilioMessage): void;
  /** Resolves once every started message has lived its life, but for what is due later on the played clock. */
  idle(): Promise<void>;
  /** Starts no further callback. */
  stop(): void;
}

export interface StatusCallbackOptions {
  readonly authToken: string;
  readonly now: () => number;
  readonly deliver: Deliver;
  readonly later: Later;
  /** A shopper answers a message that was delivered. */
  readonly reply: (message: TwilioMessage, text: string) => Promise<unknown>;
  readonly log: (line: string) => void;
}

export function createStatusCallbacks(options: StatusCallbackOptions): StatusCallbacks {
  const waiting: TwilioMessage[] = [];
  const idlers: (() => void)[] = [];
  let running = 0;
  let stopped = false;

  async function live(message: TwilioMessage): Promise<void> {
    const { statuses = usualLife(message), reversed = false, reply } = message.life;
    for (const step of statuses) {
      if (stopped) return;
      take(message, step);
      if (!reversed) await announce(message, step);
    }
    if (reversed) for (const step of [...statuses].reverse()) await announce(message, step);
    if (!reply || message.status !== "delivered" || stopped) return;
    if (reply.laterMs === undefined) await options.reply(message, reply.text);
    else options.later.add(options.now() + reply.laterMs, () => options.reply(message, reply.text));
  }

  function take(message: TwilioMessage, step: StatusStep): void {
    const nowMs = options.now();
    message.status = step.status;
    message.updatedMs = nowMs;
    if (step.status === "sent") message.sentMs = nowMs;
    if (step.errorCode !== undefined) message.errorCode = step.errorCode;
  }

  async function announce(message: TwilioMessage, step: StatusStep): Promise<void> {
    const url = message.form.StatusCallback;
    if (url === undefined) return;
    const { times = 1, delayMs = 0, laterMs } = message.life.onCallback?.(step) ?? {};
    if (delayMs > 0) await sleep(delayMs);
    if (laterMs === undefined) await post(message, step, url, times);
    else options.later.add(options.now() + laterMs, () => post(message, step, url, times));
  }

  async function post(message: TwilioMessage, step: StatusStep, url: string, times: number): Promise<void> {
    const webhook = signedWebhook(options.authToken, url, callbackForm(message, step));
    for (let time = 0; time < times && !stopped; time += 1) {
      try {
        const status = await options.deliver(webhook);
        if (status < 300) message.heard.push(step.status);
        else options.log(`callback ${message.sid} ${step.status}: answered ${status}`);
      } catch (error) {
        options.log(`callback ${message.sid} ${step.status}: ${(error as Error).message}`);
      }
    }
  }

  async function work(): Promise<void> {
    running += 1;
    for (let next = waiting.shift(); next; next = waiting.shift()) await live(next);
    running -= 1;
    if (running === 0) for (const wake of idlers.splice(0)) wake();
  }

  return {
    start: (message) => {
      if (stopped) return;
      waiting.push(message);
      if (running < messagesAtOnce) void work();
    },
    idle: async () => {
      while (running > 0) await new Promise<void>((resolve) => idlers.push(resolve));
    },
    stop: () => {
      stopped = true;
      waiting.length = 0;
    },
  };
}

/** The fields of a status callback for an SMS. */
function callbackForm({ sid, accountSid, form }: TwilioMessage, step: StatusStep): Record<string, string> {
  return {
    AccountSid: accountSid,
    ApiVersion: "2010-04-01",
    ...(form.From && { From: form.From }),
    MessageSid: sid,
    MessageStatus: step.status,
    ...(form.MessagingServiceSid && { MessagingServiceSid: form.MessagingServiceSid }),
    SmsSid: sid,
    SmsStatus: step.status,
    To: form.To ?? "",
    ...(step.errorCode !== undefined && { ErrorCode: String(step.errorCode) }),
  };
}
