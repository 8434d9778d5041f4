// Nobody is messaged by mistake of configuration: what the sender is given is judged before anything is written.
import { templateProblems } from "../../lambdas/shared/sms-template";
import { isWhole, type Rule } from "../shared/rules";

/** Who may be messaged: every shopper, those on the allow-list, or nobody. */
export type Recipients = "all" | "allowlist" | "none";

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
  /** Price of one SMS segment in reais, taxes included. */
  readonly pricePerSegmentBrl: number;
  /** Share of each chain's shoppers who are kept without a message, to measure what messages do: 0–0.5. */
  readonly holdOutShare: number;
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

const charactersOf = ({ senders, messagesPerSecond, smsTemplates, holidays }: SendingSettings): number =>
  JSON.stringify([senders, messagesPerSecond, smsTemplates, holidays]).length;

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
    rule: "there is a sender when anybody may be messaged",
    received: ({ senders }) => senders,
    holds: ({ recipients, senders }) => recipients === "none" || Object.keys(senders).length > 0,
    remedy: "name a sender, or set recipients to none",
  },
  {
    rule: "messagesPerSecond is more than 0 and at most 1,000 for * and for senders of this environment",
    received: ({ messagesPerSecond }) => messagesPerSecond,
    holds: ({ messagesPerSecond, senders }) =>
      "*" in messagesPerSecond &&
      Object.entries(messagesPerSecond).every(
        ([sender, rate]) => (sender === "*" || Object.values(senders).includes(sender)) && rate > 0 && rate <= 1_000,
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
    rule: "senders, their rates, templates and holidays have at most 3,000 characters as JSON",
    received: charactersOf,
    holds: (sending) => charactersOf(sending) <= MOST_CHARACTERS,
    remedy: "leave out the holidays of past years; more chains than that need another place for senders and templates",
  },
];
