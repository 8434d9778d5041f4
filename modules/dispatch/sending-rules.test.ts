import { violations } from "../shared/rules";
import { TEST_SENDING } from "./dispatch-fixture";
import { isLoopback, SENDING_RULES, type SendingSettings } from "./sending-rules";

const sending: SendingSettings = {
  ...TEST_SENDING,
  senders: { "*": "+5511900000000", "chain-a": `MG${"0".repeat(32)}` },
  messagesPerSecond: { "*": 0.5 },
  maximumConcurrency: 2,
  holidays: ["2026-12-25", "2027-01-01"],
};

const broken = (change: Record<string, unknown>): string[] =>
  violations("sending", { ...sending, ...change } as SendingSettings, SENDING_RULES);

const onWhatsApp = (change: object = {}) => ({
  sender: "whatsapp:+5511900000000",
  contentSid: `HX${"0".repeat(32)}`,
  variables: ["chain", "offers"],
  text: "Oi! O {{1}} tem ofertas: {{2}}. Responda SAIR para sair.",
  ...change,
});
const chainA = (change: object) => ({ whatsapp: { "chain-a": onWhatsApp(change) } });

test("settings that can be sent with pass", () => {
  expect(broken({})).toEqual([]);
  expect(broken({ recipients: "none", senders: {} })).toEqual([]);
  expect(
    broken({ channels: { "*": ["sms"], "chain-a": ["whatsapp", "sms"] }, whatsapp: { "chain-a": onWhatsApp() } }),
  ).toEqual([]);
  const own = { "chain-a": "+5511900000000", "chain-b": "+5511911111111" };
  expect(broken({ inDoubt: "resend", senders: own })).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  ["recipients that mean nothing", { recipients: "everybody" }, "recipients is"],
  ["plain HTTP to another machine", { twilioBaseUrl: "http://api.twilio.com" }, "twilioBaseUrl"],
  ["a base URL with a path", { twilioBaseUrl: "https://api.twilio.com/2010-04-01" }, "twilioBaseUrl"],
  ["no rate for every other sender", { messagesPerSecond: {} }, "messagesPerSecond"],
  ["a rate of nothing", { messagesPerSecond: { "*": 0 } }, "messagesPerSecond"],
  ["a rate that is no number", { messagesPerSecond: { "*": Number.NaN } }, "messagesPerSecond"],
  ["a rate beyond any sender's", { messagesPerSecond: { "*": 1_001 } }, "messagesPerSecond"],
  ["a rate of a sender that is not ours", { messagesPerSecond: { "*": 1, "+5511911111111": 1 } }, "messagesPerSecond"],
  ["a sender that is no number", { senders: { "*": "11900000000" } }, "E.164"],
  ["a sender of a chain that cannot be", { senders: { ...sending.senders, "Chain A": "+5511900000000" } }, "E.164"],
  ["recipients and no sender", { senders: {} }, "each has a sender"],
  ["no template for other chains", { smsTemplates: { "chain-a": "{chain}: {offers}. SAIR sai." } }, "one for *"],
  ["a template without a way out", { smsTemplates: { "*": "{chain}: {offers}." } }, "each SMS template"],
  ["no order for other chains", { channels: { "chain-a": ["sms"] } }, "channels are"],
  ["a channel twice", { channels: { "*": ["sms", "sms"] } }, "channels are"],
  ["a channel that is none", { channels: { "*": ["mail"] } }, "channels are"],
  ["a channel without its sender", { channels: { "*": ["whatsapp", "sms"] } }, "channels are"],
  ["a WhatsApp sender without its channel", chainA({ sender: "+5511900000000" }), "each WhatsApp sender"],
  ["a WhatsApp template without its SID", chainA({ contentSid: "MG1" }), "each WhatsApp template"],
  ["a WhatsApp template without a way out", chainA({ text: "Oi! O {{1}} tem {{2}}." }), "each WhatsApp template"],
  [
    "a WhatsApp template with a variable too many",
    chainA({ text: "Oi {{1}}, {{2}}, {{3}}. SAIR sai." }),
    "each WhatsApp template",
  ],
  [
    "a WhatsApp template that begins with a variable",
    chainA({ text: "{{1}}: {{2}}. SAIR sai." }),
    "each WhatsApp template",
  ],
  ["a WhatsApp template without offers", chainA({ variables: ["chain", "date"] }), "each WhatsApp template"],
  ["WhatsApp for nothing", { whatsappPriceBrl: 0 }, "whatsappPriceBrl"],
  ["no message a week", { weeklyCap: 0 }, "weeklyCap"],
  ["messages twice a day", { weeklyCap: 14 }, "weeklyCap"],
  ["messages that cost nothing", { pricePerSegmentBrl: 0 }, "pricePerSegmentBrl"],
  ["a price in cents", { pricePerSegmentBrl: 30 }, "pricePerSegmentBrl"],
  ["more held out than messaged", { holdOutShare: 0.6 }, "holdOutShare"],
  ["a hold-out in percent", { holdOutShare: 5 }, "holdOutShare"],
  ["a negative hold-out", { holdOutShare: -0.1 }, "holdOutShare"],
  ["a policy that means nothing", { inDoubt: "retry" }, "inDoubt is"],
  ["sending again by the sender of all", { inDoubt: "resend", senders: { "*": "+5511900000000" } }, "every chain"],
  [
    "sending again by a sender that two chains share",
    { inDoubt: "resend", senders: { "chain-a": "+5511900000000", "chain-b": "+5511900000000" } },
    "every chain",
  ],
  ["a negative budget", { dailyBudgetBrl: -1 }, "dailyBudgetBrl"],
  ["a concurrency that Lambda refuses", { maximumConcurrency: 1 }, "maximumConcurrency"],
  ["a holiday that does not exist", { holidays: ["2026-02-30"] }, "real dates"],
  [
    "more chains than fit into a function's environment",
    {
      senders: {
        "*": "+5511900000000",
        ...Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`chain-${n}`, `MG${"0".repeat(32)}`])),
      },
    },
    "3,000 characters",
  ],
  ["holidays out of order", { holidays: ["2027-01-01", "2026-12-25"] }, "real dates"],
  ["a holiday twice", { holidays: ["2026-12-25", "2026-12-25"] }, "real dates"],
])("%s is refused, by that rule alone", (_, change, rule) => {
  const found = broken(change);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(rule);
});

test.each([
  ["http://127.0.0.1:0", true],
  ["http://localhost:8080", true],
  ["http://[::1]:1", true],
  ["http://127.0.0.1.example.com", false],
  ["http://127.0.0.1@example.com", false],
  ["https://127.0.0.1", false],
])("%s can only reach this machine: %s", (url, expected) => {
  expect(isLoopback(url)).toBe(expected);
});
