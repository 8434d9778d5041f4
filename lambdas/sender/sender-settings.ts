// What the environment says to a sender, read once from the function's variables.
import { requiredChannels, requiredWhatsApp } from "../shared/channel-settings";
import { channelsOf } from "../shared/channels";
import { required, requiredDates, requiredNumber, requiredOneOf, requiredTexts } from "../shared/env";
import type { ShardSettings } from "./send-shard";

/** A chain's value, or that of every other chain. */
function ofChain<T>(values: ReadonlyMap<string, T>, tenantId: string, what: string): T {
  const value = values.get(tenantId) ?? values.get("*");
  if (value === undefined) throw new Error(`There is no ${what} for ${tenantId}.`);
  return value;
}

/** Reads the variables. Throws on one that is missing or not of its form. */
export function senderSettings(): Omit<ShardSettings, "linesInFlight"> {
  const senders = requiredTexts("SENDERS");
  const templates = requiredTexts("SMS_TEMPLATES");
  const channels = requiredChannels("CHANNELS");
  const whatsapp = requiredWhatsApp("WHATSAPP");
  return {
    recipients: requiredOneOf("RECIPIENTS", ["all", "allowlist", "none"]),
    holidays: requiredDates("HOLIDAYS"),
    pricePerSegmentBrl: requiredNumber("PRICE_PER_SEGMENT_BRL", 0),
    whatsappPriceBrl: requiredNumber("WHATSAPP_PRICE_BRL", 0),
    holdOutShare: requiredNumber("HOLD_OUT_SHARE", 0),
    weeklyCap: requiredNumber("WEEKLY_CAP", 1),
    channelsOf: (tenantId) => channelsOf(channels, tenantId),
    templateOf: (tenantId) => ofChain(templates, tenantId, "SMS template"),
    whatsappTemplateOf: (tenantId) => ofChain(whatsapp, tenantId, "WhatsApp template"),
    senderOf(tenantId, channel) {
      if (channel === "sms") return senders.get(tenantId) ?? senders.get("*");
      return (whatsapp.get(tenantId) ?? whatsapp.get("*"))?.sender;
    },
    callbackBaseUrl: required("CALLBACK_BASE_URL"),
    timeZone: required("TIME_ZONE"),
  };
}
