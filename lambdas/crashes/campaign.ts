// A campaign small enough to be played thousands of times: six shoppers who each meet dispatch in their own way, in a
// file of two shards that are cut exactly where a line begins.
import type { Shopper } from "../sender/decide-line";
import { newWorld, type TwilioAct, type World } from "../sender/memory-world";
import type { ShardSettings } from "../sender/send-shard";
import { SETTINGS } from "../sender/settings-fixture";
import { claimKey } from "../shared/claim-keys";
import type { OutFile } from "../shared/manifest";
import { outFileOf, outLineText, shopperOf } from "../shared/out-file-fixture";
import type { StatusMessage } from "../shared/status-message";
import type { JudgedLine } from "./day-end";

export const TENANT = "rede-azul";
/** A Monday. */
export const DATE = "2026-11-23";

/** What Twilio does with one message after the other of a shopper, the last of these for ever. */
type Person = {
  readonly phone: number;
  readonly consents: boolean;
  readonly acts: readonly TwilioAct[];
  /** Twilio's words on the message, in the order in which they come. */
  readonly receipts: readonly string[];
};

const takes: TwilioAct = { accepts: true, answer: { kind: "accepted", sid: `SM${"1".repeat(32)}` } };
const takesAndFails: TwilioAct = { accepts: true, answer: { kind: "in_doubt", code: "HTTP_500" } };
const busy: TwilioAct = { accepts: false, answer: { kind: "too_many", retryAfterMs: 1_000 } };
const refuses: TwilioAct = { accepts: false, answer: { kind: "rejected", code: 21610 } };
const person = (phone: number, acts: readonly TwilioAct[], receipts: readonly string[], consents = true): Person => ({
  phone,
  consents,
  acts,
  receipts,
});

/** The shoppers in the order of their lines. */
export const PEOPLE: readonly Person[] = [
  person(0, [takes], ["delivered", "sent"]),
  person(1, [takesAndFails], ["sent"]),
  // Two who share a phone of a carrier that gives no receipts.
  person(2, [busy, takes], []),
  person(2, [busy, takes], []),
  person(4, [takes], [], false),
  person(5, [refuses], []),
];

/** The claim of the line of that place. */
export const claimOf = (index: number): string =>
  claimKey({ tenantId: TENANT, offerDate: DATE, shopperId: shopperOf(index) });

/** Where the line of a claim is. */
export const placeOf: ReadonlyMap<string, number> = new Map(PEOPLE.map((_, index) => [claimOf(index), index]));

const text = PEOPLE.map((_, index) => outLineText(TENANT, DATE, shopperOf(index), ["Café", "Arroz", "Feijão"])).join(
  "",
);

/** The published file, and how its bytes are cut. */
export const FILE: Buffer = Buffer.from(text);
export const OUT_FILE: OutFile = outFileOf(TENANT, DATE, 0, text);
export const SHARD_BYTES: number = FILE.length / 2;

export const CAMPAIGN_SETTINGS: ShardSettings = { ...SETTINGS, linesInFlight: 2 };

const shopper = ({ phone, consents }: Person): Shopper => ({
  phone: `+5511${String(900_000_000 + phone)}`,
  phoneToken: `phone-${phone}`,
  consents: { sms: consents, whatsapp: false },
  optedOut: false,
  onAllowList: true,
});

/** The world before the day, at an instant (epoch ms). */
export function campaignWorld(now: number): World {
  const world = newWorld(now);
  PEOPLE.forEach((each, index) => {
    world.shoppers.set(shopperOf(index), shopper(each));
  });
  return world;
}

/** The campaign's lines as the world's ledger has them. */
export const linesOf = ({ rows }: World): JudgedLine[] =>
  PEOPLE.map(({ phone, consents, receipts }, index) => {
    const { state, reason } = rows.get(claimOf(index)) ?? {};
    const delivered = receipts.includes("delivered");
    return { claim: claimOf(index), phone: String(phone), consents, delivered, state, reason };
  });

/** Whether more was bought than the day's money says. */
export function unpaidIn({ accepted, spent }: World): string[] {
  const bought = accepted.length * CAMPAIGN_SETTINGS.pricePerSegmentBrl;
  return spent.brl < bought - 0.0001 ? [`R$ ${bought} bought, R$ ${spent.brl} reserved`] : [];
}

/** A receipt on its way, and how often it has been posted before. */
export type Callback = { readonly message: StatusMessage; readonly tries: number };

/** The campaign's Twilio: acts by the person, and has its receipts on their way as soon as it takes a message. */
export function campaignTwilio() {
  const asked = new Map<string, number>();
  const callbacks: Callback[] = [];
  return {
    callbacks,
    act(claim: string): TwilioAct {
      const { acts, receipts } = PEOPLE[placeOf.get(claim)!]!;
      const before = asked.get(claim) ?? 0;
      asked.set(claim, before + 1);
      const act = acts[Math.min(before, acts.length - 1)]!;
      const sid = `SM${String(before).padStart(32, "0")}`;
      const words = act.accepts ? receipts : [];
      for (const status of words)
        callbacks.push({ message: { kind: "receipt", claim, sid, status, code: null, at: "" }, tries: 0 });
      return act;
    },
  };
}
