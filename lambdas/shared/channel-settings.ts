// Channels and WhatsApp templates as a function's variables hold them, checked when it loads.
import type { ChannelOrders } from "./channels";
import { CHANNELS, type Channel } from "./channels";
import { requiredJson } from "./env";
import { WHATSAPP_VALUES, type WhatsAppTemplate, type WhatsAppValue } from "./whatsapp-template";

/** A chain's WhatsApp sender (`whatsapp:+…` or `MG…`) with its template. */
export type WhatsAppSender = WhatsAppTemplate & { readonly sender: string };

const entriesOf = (value: unknown): [string, unknown][] =>
  Object.entries(Object(Array.isArray(value) ? undefined : value) as Record<string, unknown>);

const isListOf = <T extends string>(value: unknown, words: readonly T[]): value is T[] =>
  Array.isArray(value) && value.every((word) => (words as readonly unknown[]).includes(word));

/** A variable that is a JSON object of lists of channels. */
export function requiredChannels(name: string): ChannelOrders {
  const entries = entriesOf(requiredJson(name));
  if (entries.length === 0 || !entries.every(([, order]) => isListOf<Channel>(order, CHANNELS)))
    throw new Error(`The environment variable ${name} is not a JSON object of lists of ${CHANNELS.join(", ")}.`);
  return new Map(entries as [string, Channel[]][]);
}

function isWhatsApp(value: unknown): value is WhatsAppSender {
  const { sender, contentSid, variables } = Object(value) as Record<string, unknown>;
  return (
    typeof sender === "string" && typeof contentSid === "string" && isListOf<WhatsAppValue>(variables, WHATSAPP_VALUES)
  );
}

/** A variable that is a JSON object of WhatsApp senders with their templates. */
export function requiredWhatsApp(name: string): ReadonlyMap<string, WhatsAppSender> {
  const entries = entriesOf(requiredJson(name));
  if (!entries.every(([, value]) => isWhatsApp(value)))
    throw new Error(`The environment variable ${name} is not a JSON object of WhatsApp senders.`);
  return new Map(entries as [string, WhatsAppSender][]);
}
