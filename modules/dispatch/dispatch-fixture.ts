// Dispatch for tests: how it sends, and what stands around it.
import { TEST_KEY, TEST_PLATFORM } from "../shared/synth-fixture";
import type { SendingSettings } from "./sending-rules";

/** Sending that keeps every rule. */
export const TEST_SENDING: SendingSettings = {
  recipients: "allowlist",
  twilioBaseUrl: "https://api.twilio.com",
  senders: { "*": "+5511900000000" },
  messagesPerSecond: { "*": 20 },
  smsTemplates: { "*": "{chain}: {offers}. SAIR para parar." },
  channels: { "*": ["sms"] },
  whatsapp: {},
  whatsappPriceBrl: 0.4,
  weeklyCap: 7,
  pricePerSegmentBrl: 0.3,
  holdOutShare: 0.05,
  inDoubt: "hold",
  dailyBudgetBrl: 100,
  maximumConcurrency: 7,
  holidays: ["2026-12-25"],
};

const table = (name: string) => ({ name, arn: `arn:aws:dynamodb:sa-east-1:1:table/${name}`, key: TEST_KEY });

/** All but how it sends. */
export const AROUND_DISPATCH = {
  platform: TEST_PLATFORM,
  lake: { buckets: { out: { name: "out", arn: "arn:aws:s3:::out", key: TEST_KEY } } },
  shoppers: {
    vault: table("vault"),
    clients: table("clients"),
    tokenSecret: { arn: "arn:aws:secretsmanager:sa-east-1:1:secret:tokens", key: TEST_KEY },
  },
  destroyData: true,
} as const;
