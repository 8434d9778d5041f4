// What becomes of one line, decided from what was read and nothing else: no clock, no network. The order is the
// promise: who may not be messaged is recorded whatever the hour; who may not be messaged now is left for later.

import { openingFor } from "../shared/calendar";
import type { Channel } from "../shared/channels";
import { channelsAfter } from "../shared/channels";
import type { Switches } from "../shared/control";
import { smsSegments } from "../shared/gsm7";
import type { Earlier } from "../shared/ledger";
import type { SuppressionReason } from "../shared/line-states";
import { messageText } from "../shared/message-text";
import type { OutLine } from "../shared/out-line";
import { canonicalPhone, isTextable } from "../shared/phone";
import { type WhatsAppTemplate, whatsappContent } from "../shared/whatsapp-template";
import { isHeldOut } from "./hold-out";
import type { MessageContent } from "./twilio-messages";

/** Whom an environment may message. */
export type Recipients = "all" | "allowlist" | "none";

/** What was just read about the line's shopper. */
export type Shopper = {
  readonly phone?: string;
  readonly phoneToken?: string;
  /** By channel: the newest word on it is a grant. */
  readonly consents: Readonly<Record<Channel, boolean>>;
  /** A STOP came from the shopper's phone. */
  readonly optedOut: boolean;
  /** The phone is on the chain's allow-list. */
  readonly onAllowList: boolean;
};

/** What an environment says about every line. */
export type SendingRules = {
  readonly recipients: Recipients;
  /** Dates (yyyy-MM-dd) on which nothing is sent. */
  readonly holidays: ReadonlySet<string>;
  readonly pricePerSegmentBrl: number;
  /** Price of one WhatsApp message. */
  readonly whatsappPriceBrl: number;
  /** The channels of a chain, in the order in which they are tried. */
  readonly channelsOf: (tenantId: string) => readonly Channel[];
  /** Messages that a shopper may get of a chain in seven days, 1–7. */
  readonly weeklyCap: number;
  /** Share of a chain's shoppers, 0–0.5, who are kept without a message. */
  readonly holdOutShare: number;
  /** The SMS template of a chain. */
  readonly templateOf: (tenantId: string) => string;
  /** The WhatsApp template of a chain. */
  readonly whatsappTemplateOf: (tenantId: string) => WhatsAppTemplate;
};

/** What was before this line, read before it was looked at: nothing of it changes while the line is open. */
export type Past = {
  /** Messages that the shopper got, or may have got, of the chain on the six days before. */
  readonly messages: number;
  /** The attempt behind a line that was given back. */
  readonly earlier?: Earlier;
};

/** Nothing was before. */
export const NO_PAST: Past = { messages: 0 };

/** Why a line that may be messaged is left open for a later run. */
export type LeftReason = "not_a_sending_day" | "not_open_yet" | "window_closed" | "switch" | "circuit" | "budget";

/** What to do with a line now. */
export type Decision =
  | { readonly kind: "suppress"; readonly reason: SuppressionReason }
  | { readonly kind: "leave"; readonly reason: LeftReason }
  | {
      readonly kind: "send";
      readonly to: string;
      readonly phoneToken: string;
      readonly content: MessageContent;
      readonly brl: number;
      /** Seconds until the shopper's window closes. */
      readonly secondsLeft: number;
    };

const suppress = (reason: SuppressionReason): Decision => ({ kind: "suppress", reason });
const leave = (reason: LeftReason): Decision => ({ kind: "leave", reason });

/** The channels that may still be tried: all, the one that is in doubt, or those after the one that failed for good. */
function openChannels(order: readonly Channel[], earlier: Earlier | undefined): readonly Channel[] {
  if (!earlier) return order;
  return earlier.state === "REOPENED" ? [earlier.channel] : channelsAfter(order, earlier.channel);
}

function contentFor(channel: Channel, line: OutLine, rules: SendingRules): { content: MessageContent; brl: number } {
  const { tenantId, offerDate, offers } = line;
  if (channel === "whatsapp") {
    const content = whatsappContent(rules.whatsappTemplateOf(tenantId), tenantId, offerDate, offers);
    return { content: { channel, ...content }, brl: rules.whatsappPriceBrl };
  }
  const text = messageText(rules.templateOf(tenantId), tenantId, offerDate, offers);
  return { content: { channel, text }, brl: smsSegments(text) * rules.pricePerSegmentBrl };
}

/** The decision on one line at one instant (epoch ms). */
export function decideLine(
  line: OutLine,
  past: Past,
  shopper: Shopper,
  switches: Switches,
  rules: SendingRules,
  now: number,
): Decision {
  if (line.offers.length === 0) return suppress("no_offer");
  const { phone, phoneToken } = shopper;
  if (phone === undefined || phoneToken === undefined) return suppress("no_phone");
  if (!isTextable(phone)) return suppress("bad_phone");
  const open = openChannels(rules.channelsOf(line.tenantId), past.earlier);
  const channel = open.find((each) => shopper.consents[each]);
  if (channel === undefined) return suppress("no_consent");
  if (shopper.optedOut) return suppress("opted_out");
  const allowed = rules.recipients === "all" || (rules.recipients === "allowlist" && shopper.onAllowList);
  if (!allowed) return suppress("not_allowed");
  if (past.messages >= rules.weeklyCap) return suppress("frequency_cap");

  const opening = openingFor(phone, line.offerDate, rules.holidays, now);
  if (!opening.open) return leave(opening.why);
  if (switches.stopped) return leave("switch");
  if (now < switches.circuitUntil) return leave("circuit");

  // What is leased counts as spent: the purse judges whether a message can be paid, and here only whether the day's money
  // was set below that meanwhile. A hundredth of a cent absorbs binary fractions.
  if (switches.dailyBrl <= 0 || switches.spentBrl > switches.dailyBrl + 0.00005) return leave("budget");
  // Last of all: who is held out would have been messaged at this very moment, so that the two can be compared.
  if (isHeldOut(line.tenantId, line.shopperId, rules.holdOutShare)) return suppress("hold_out");
  const { content, brl } = contentFor(channel, line, rules);
  return { kind: "send", to: canonicalPhone(phone), phoneToken, content, brl, secondsLeft: opening.secondsLeft };
}
