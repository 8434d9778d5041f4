// How the Twilio stand-in can be made to misbehave, as Twilio, carriers, networks and shoppers do. Absent: nothing goes
// wrong.
import { isWhatsApp, type MessageForm } from "./message-form";
import type { MessageStatus, TwilioMessage } from "./message-store";
import type { TwilioError } from "./twilio-error";

/** What happens to one request for a new message that is otherwise valid. */
export interface CreateFault {
  /** Whether the message is taken, whatever the answer says. */
  readonly accepts: boolean;
  /** Sent instead of the usual answer; `drop`: the connection is reset. */
  readonly answer?: "drop" | (TwilioError & { readonly headers?: Readonly<Record<string, string>> });
  /** Before the answer (real milliseconds). */
  readonly delayMs?: number;
  /** What becomes of the message once it is taken. */
  readonly life?: MessageLife;
}

/** What becomes of one message; whatever is absent goes as usual. */
export interface MessageLife {
  readonly statuses?: readonly StatusStep[];
  /** What happens to the callback of each step. */
  readonly onCallback?: (step: StatusStep) => CallbackFault | undefined;
  /** The last callback is posted first. */
  readonly reversed?: boolean;
  /** What the shopper answers once the message is delivered. */
  readonly reply?: { readonly text: string; readonly laterMs?: number };
}

/** What happens to one status callback. */
export interface CallbackFault {
  /** Times it is posted: 0 loses it, 2 repeats it. */
  readonly times?: number;
  /** Before it is posted (real milliseconds). */
  readonly delayMs?: number;
  /** How much later on the played clock it is posted (milliseconds); the callbacks after it do not wait. */
  readonly laterMs?: number;
}

/** One step of a message's life, with the carrier's error if it ends badly. */
export interface StatusStep {
  readonly status: MessageStatus;
  readonly errorCode?: number;
}

/** Each is asked per request, at a played instant (epoch ms). */
export interface TwilioFaults {
  /** Refuses whatever the account asks for, reading too. */
  readonly onAccount?: (nowMs: number) => TwilioError | undefined;
  /** `request` counts the valid requests for messages, from 0. */
  readonly onCreate?: (form: MessageForm, request: number, nowMs: number) => CreateFault | undefined;
}

/** A message's life when nothing goes wrong; WhatsApp takes free text only from whom a shopper has just written to. */
export const usualLife = ({ form }: TwilioMessage): readonly StatusStep[] =>
  isWhatsApp(form.To) && !form.ContentSid
    ? [{ status: "queued" }, { status: "failed", errorCode: 63016 }]
    : [{ status: "queued" }, { status: "sent" }, { status: "delivered" }];
