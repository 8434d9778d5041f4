// How the Twilio stand-in can be made to misbehave, as Twilio, carriers and networks do. Absent: nothing goes wrong.
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
}

/** What happens to one status callback. */
export interface CallbackFault {
  /** Times it is posted: 0 drops it, 2 repeats it. */
  readonly times?: number;
  /** Before it is posted (real milliseconds). */
  readonly delayMs?: number;
}

/** One step of a message's life, with the carrier's error if it ends badly. */
export interface StatusStep {
  readonly status: MessageStatus;
  readonly errorCode?: number;
}

/** Each is asked per request; `attempt` counts the requests, from 0. */
export interface TwilioFaults {
  readonly onCreate?: (form: MessageForm, attempt: number) => CreateFault | undefined;
  /** The message's life; queued, sent, delivered by default. Callbacks are posted in this order. */
  readonly statuses?: (message: TwilioMessage) => readonly StatusStep[] | undefined;
  readonly onCallback?: (message: TwilioMessage, step: StatusStep) => CallbackFault | undefined;
}

/** A message's life when nothing goes wrong; WhatsApp takes free text only from whom a shopper has just written to. */
export const usualLife = ({ form }: TwilioMessage): readonly StatusStep[] =>
  isWhatsApp(form.To) && !form.ContentSid
    ? [{ status: "queued" }, { status: "failed", errorCode: 63016 }]
    : [{ status: "queued" }, { status: "sent" }, { status: "delivered" }];
