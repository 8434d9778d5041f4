// Settings of a sender for tests: everybody may be messaged, none is held out, a message costs R$ 0.10.
import { SMS_TEMPLATES } from "../../environments/sms-templates";
import type { ShardSettings } from "./send-shard";

export const SETTINGS: ShardSettings = {
  recipients: "all",
  holidays: new Set(),
  pricePerSegmentBrl: 0.1,
  whatsappPriceBrl: 0.4,
  holdOutShare: 0,
  weeklyCap: 7,
  channelsOf: () => ["sms"],
  whatsappTemplateOf: () => ({ contentSid: `HX${"0".repeat(32)}`, variables: ["chain", "offers"] }),
  templateOf: () => SMS_TEMPLATES["*"]!,
  senderOf: () => "+15550001111",
  callbackBaseUrl: "https://api.test/local",
  timeZone: "America/Sao_Paulo",
  linesInFlight: 3,
};
