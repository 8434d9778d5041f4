// Nobody is messaged by mistake of configuration: what the sender is given is judged before anything is written.

import { CHANNELS, type Channel } from "../../lambdas/shared/channels";
import { templateProblems } from "../../lambdas/shared/sms-template";
import { type WhatsAppWords, whatsappProblems } from "../../lambdas/shared/whatsapp-template";
import { isWhole, type Rule } from "../shared/rules";

/** Who may be messaged: every shopper, those on the allow-list, or nobody. */
export type Recipients = "all" | "allowlist" | "none";

/** A sender on WhatsApp (`whatsapp:+…` or a Messaging Service), its template's SID, words and variables. */
export type WhatsAppSettings = WhatsAppWords & { readonly sender: string };

/** What an environment says about sending. */
export interface SendingSettings {
  /** Who may be messaged. */
  readonly recipients: Recipients;
  /** Twilio's API, without a trailing slash; port 0 of a loopback address means any free port. */
  readonly twilioBaseUrl: string;
  /** E.164 number or Messaging Service that each chain sends from; `*` stands for every other chain. */
  readonly senders: Readonly<Record<string, string>>;
  /** Messages a second that a sender may send, by its number or service; `*` stands for every other sender. */
  readonly messagesPerSecond: Readonly<Record<string, number>>;
  /** What a chain's messages say around their offers, with {chain}, {date} and {offers}; `*` stands for every other chain. */
  readonly smsTemplates: Readonly<Record<string, string>>;
  /** In which order each chain's channels are tried; `*` stands for every other chain. */
  readonly channels: Readonly<Record<string, readonly Channel[]>>;
  /** WhatsApp's sender and approved template of each chain that has one; `*` stands for every other chain. */
  readonly whatsapp: Readonly<Record<string, WhatsAppSettings>>;
  /** Price of one WhatsApp marketing message in reais, taxes included. */
  readonly whatsappPriceBrl: number;
  /** Messages that a shopper may get of a chain in seven days, 1–7. */
  readonly weeklyCap: number;
  /** Price of one SMS segment in reais, taxes included. */
  readonly pricePerSegmentBrl: number;
  /** Share of each chain's shoppers who are kept without a message, to measure what messages do: 0–0.5. */
  readonly holdOutShare: number;
  /**
   * What becomes of a message that left it unknown whether it went, and that Twilio was twice seen not to have: `hold`
   * sends it to nobody again, `resend` lets its line be sent once more, at the risk of a second message.
   */
  readonly inDoubt: "hold" | "resend";
  /** Reais that may be spent on one offer date before an operator says otherwise. */
  readonly dailyBudgetBrl: number;
  /** Shards that are sent at once, 2–1,000. */
  readonly maximumConcurrency: number;
  /** Dates (YYYY-MM-DD) on which nobody is messaged. */
  readonly holidays: readonly string[];
}

// They travel in a function's environment variables, which hold 4 KB in all; the rest is for addresses and settings.
const MOST_CHARACTERS = 3_000;

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/;
const WHATSAPP_SENDER = /^(whatsapp:\+[1-9]\d{7,14}|MG[0-9a-f]{32})$/;
const SENDER = /^(\+[1-9]\d{7,14}|MG[0-9a-f]{32})$/;

/** Whether `url` can only reach the machine itself. */
export function isLoopback(url: string): boolean {
  return LOOPBACK.test(url);
}

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
}

const CHAIN = /^(\*|[a-z0-9-]{1,32})$/;

function brokenTemplates(templates: Readonly<Record<string, string>>): Record<string, string[]> {
  const problems = Object.entries(templates).map(([chain, template]) => [chain, templateProblems(template)] as const);
  return Object.fromEntries(problems.filter(([, found]) => found.length > 0));
}

const charactersOf = ({
  senders,
  messagesPerSecond,
  smsTemplates,
  channels,
  whatsapp,
  holidays,
}: SendingSettings): number =>
  JSON.stringify([senders, messagesPerSecond, smsTemplates, channels, whatsappSenders(whatsapp), holidays]).length;

/** Whether a chain has a value, or, for `*`, any chain has. */
const hasOne = (values: Readonly<Record<string, unknown>>, chain: string): boolean =>
  chain === "*" ? Object.keys(values).length > 0 : chain in values || "*" in values;

/** Channels, by the chain they are named for, without the sender that they need. */
const withoutSender = ({ channels, senders, whatsapp }: SendingSettings): string[] =>
  Object.entries(channels).flatMap(([chain, order]) =>
    order
      .filter((channel) => !hasOne(channel === "sms" ? senders : whatsapp, chain))
      .map((each) => `${chain}: ${each}`),
  );

const brokenWhatsApp = (whatsapp: SendingSettings["whatsapp"]): Record<string, string[]> => {
  const problems = Object.entries(whatsapp).map(([chain, words]) => [chain, whatsappProblems(words)] as const);
  return Object.fromEntries(problems.filter(([, found]) => found.length > 0));
};

/** What functions need of WhatsApp: the words stay here. */
export const whatsappSenders = (whatsapp: SendingSettings["whatsapp"]) =>
  Object.fromEntries(
    Object.entries(whatsapp).map(([chain, { sender, contentSid, variables }]) => [
      chain,
      { sender, contentSid, variables },
    ]),
  );

/** The senders of each channel, by chain. */
const sendersOf = ({ senders, whatsapp }: SendingSettings): readonly Readonly<Record<string, string>>[] => [
  senders,
  Object.fromEntries(Object.entries(whatsapp).map(([chain, { sender }]) => [chain, sender])),
];

const isEachsOwn = (senders: Readonly<Record<string, string>>): boolean =>
  !("*" in senders) && new Set(Object.values(senders)).size === Object.keys(senders).length;

/** The rules of sending. */
export const SENDING_RULES: readonly Rule<SendingSettings>[] = [
  {
    rule: 'recipients is "all", "allowlist" or "none"',
    received: ({ recipients }) => recipients,
    holds: ({ recipients }) => ["all", "allowlist", "none"].includes(recipients),
    remedy: 'take "none" when in doubt',
  },
  {
    rule: "twilioBaseUrl is https, or http to a loopback address, without a path",
    received: ({ twilioBaseUrl }) => twilioBaseUrl,
    holds: ({ twilioBaseUrl }) => isLoopback(twilioBaseUrl) || /^https:\/\/[a-z0-9.-]+(:\d{1,5})?$/.test(twilioBaseUrl),
    remedy: "take https://api.twilio.com",
  },
  {
    rule: "each sender is an E.164 number or a Messaging Service (MG…), by chain or *",
    received: ({ senders }) => senders,
    holds: ({ senders }) =>
      Object.entries(senders).every(([chain, sender]) => CHAIN.test(chain) && SENDER.test(sender)),
    remedy: "write +5511… or the service's SID under the chain's name",
  },
  {
    rule: "channels are by chain, with an order for *, each channel once, and each has a sender when anybody may be messaged",
    received: (sending) => ({ channels: sending.channels, without_sender: withoutSender(sending) }),
    holds: (sending) =>
      "*" in sending.channels &&
      Object.entries(sending.channels).every(
        ([chain, order]) =>
          CHAIN.test(chain) &&
          order.length > 0 &&
          new Set(order).size === order.length &&
          order.every((channel) => CHANNELS.includes(channel)),
      ) &&
      (sending.recipients === "none" || withoutSender(sending).length === 0),
    remedy: 'write { "*": ["sms"] } to begin with',
  },
  {
    rule: "each WhatsApp sender is whatsapp:+… or a Messaging Service (MG…), by chain or *",
    received: ({ whatsapp }) => Object.entries(whatsapp).map(([chain, { sender }]) => `${chain}: ${sender}`),
    holds: ({ whatsapp }) =>
      Object.entries(whatsapp).every(([chain, { sender }]) => CHAIN.test(chain) && WHATSAPP_SENDER.test(sender)),
    remedy: "write the sender as Twilio's console does",
  },
  {
    rule: "each WhatsApp template names the chain, the offers and a way out, and is one that WhatsApp could have approved",
    received: ({ whatsapp }) => brokenWhatsApp(whatsapp),
    holds: ({ whatsapp }) => Object.keys(brokenWhatsApp(whatsapp)).length === 0,
    remedy: "mend what is named, have it approved, and look at it with npm run preview",
  },
  {
    rule: "whatsappPriceBrl is more than 0 and at most 10",
    received: ({ whatsappPriceBrl }) => whatsappPriceBrl,
    holds: ({ whatsappPriceBrl }) => whatsappPriceBrl > 0 && whatsappPriceBrl <= 10,
    remedy: "write the price of one marketing message in reais",
  },
  {
    rule: "weeklyCap is a whole number from 1 to 7",
    received: ({ weeklyCap }) => weeklyCap,
    holds: ({ weeklyCap }) => isWhole(weeklyCap, 1, 7),
    remedy: "take 3 when in doubt; 7 is a message a day",
  },
  {
    rule: "messagesPerSecond is more than 0 and at most 1,000 for * and for senders of this environment",
    received: ({ messagesPerSecond }) => messagesPerSecond,
    holds: ({ messagesPerSecond, senders, whatsapp }) =>
      "*" in messagesPerSecond &&
      Object.entries(messagesPerSecond).every(
        ([sender, rate]) =>
          (sender === "*" ||
            Object.values(senders).includes(sender) ||
            Object.values(whatsapp).some((each) => each.sender === sender)) &&
          rate > 0 &&
          rate <= 1_000,
      ),
    remedy: "write what Twilio's console says of each number or service; take 1 for * when in doubt",
  },
  {
    rule: "smsTemplates are by chain, with one for *",
    received: ({ smsTemplates }) => Object.keys(smsTemplates),
    holds: ({ smsTemplates }) => "*" in smsTemplates && Object.keys(smsTemplates).every((chain) => CHAIN.test(chain)),
    remedy: "name the template of every other chain *",
  },
  {
    rule: "each SMS template names the chain, the offers and a way out, in plain letters, and leaves room for three names",
    received: ({ smsTemplates }) => brokenTemplates(smsTemplates),
    holds: ({ smsTemplates }) => Object.keys(brokenTemplates(smsTemplates)).length === 0,
    remedy: "mend what is named, and look at it with npm run preview",
  },
  {
    rule: "pricePerSegmentBrl is more than 0 and at most 10",
    received: ({ pricePerSegmentBrl }) => pricePerSegmentBrl,
    holds: ({ pricePerSegmentBrl }) => pricePerSegmentBrl > 0 && pricePerSegmentBrl <= 10,
    remedy: "write the price of one segment in reais",
  },
  {
    rule: "holdOutShare is a share from 0 to 0.5",
    received: ({ holdOutShare }) => holdOutShare,
    holds: ({ holdOutShare }) => holdOutShare >= 0 && holdOutShare <= 0.5,
    remedy: "take 0.05 to measure what messages do, 0 to message everybody",
  },
  {
    rule: 'inDoubt is "hold" or "resend"',
    received: ({ inDoubt }) => inDoubt,
    holds: ({ inDoubt }) => ["hold", "resend"].includes(inDoubt),
    remedy: 'take "hold" when in doubt',
  },
  {
    rule: 'inDoubt is "resend" only where every chain has senders of its own',
    received: (sending) => ({ inDoubt: sending.inDoubt, senders: sendersOf(sending) }),
    holds: (sending) => sending.inDoubt !== "resend" || sendersOf(sending).every(isEachsOwn),
    remedy: "give each chain its sender, so that Twilio's list tells their messages apart, or take hold",
  },
  {
    rule: "dailyBudgetBrl is 0 or more",
    received: ({ dailyBudgetBrl }) => dailyBudgetBrl,
    holds: ({ dailyBudgetBrl }) => Number.isFinite(dailyBudgetBrl) && dailyBudgetBrl >= 0,
    remedy: "write reais a day; 0 sends nothing",
  },
  {
    rule: "maximumConcurrency is a whole number from 2 to 1,000",
    received: ({ maximumConcurrency }) => maximumConcurrency,
    holds: ({ maximumConcurrency }) => isWhole(maximumConcurrency, 2, 1_000),
    remedy: "take 2 to begin with: Lambda accepts no less",
  },
  {
    rule: "holidays are real dates (YYYY-MM-DD), in order, each once",
    received: ({ holidays }) => holidays.filter((date, index) => !isDate(date) || date <= (holidays[index - 1] ?? "")),
    holds: ({ holidays }) => holidays.every((date, index) => isDate(date) && date > (holidays[index - 1] ?? "")),
    remedy: "correct the dates named",
  },
  {
    rule: "senders, their rates, channels, templates and holidays have at most 3,000 characters as JSON",
    received: charactersOf,
    holds: (sending) => charactersOf(sending) <= MOST_CHARACTERS,
    remedy: "leave out the holidays of past years; more chains than that need another place for senders and templates",
  },
];
