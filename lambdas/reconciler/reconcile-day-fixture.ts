// A closed day made up for tests: lines, rows and messages of two chains, and what reconciling them finds.
import { claimKey } from "../shared/claim-keys";
import type { OutFile } from "../shared/manifest";
import { outFileOf, outLineText, shopperOf } from "../shared/out-file-fixture";
import type { DayMessage } from "./day-messages";
import type { DayRow } from "./day-rows";
import { reconcileDay } from "./reconcile-day";

/** Two chains. */
export const AZUL = "rede-azul";
export const VERDE = "rede-verde";
const MONDAY = "2026-11-23";
/** Noon of the day, epoch ms. */
export const AT = Date.parse(`${MONDAY}T15:00:00Z`);
const DAY = { fromMs: AT - 12 * 3_600_000, untilMs: AT + 12 * 3_600_000, at: `${MONDAY}T23:59:00.000Z` };
const SENDER = "+5511900000000";

const phoneOf = (index: number): string => `+5511987650${String(index).padStart(3, "0")}`;
/** The token of a phone in a chain. */
export const tokenOf = (tenantId: string, phone: string): string => `${tenantId} token of ${phone}`;
/** The SID of a shopper's message. */
export const sidOf = (index: number): string => `SM${String(index).padStart(32, "0")}`;
/** The claim of a shopper's line. */
export const claimOf = (index: number, tenantId = AZUL): string =>
  claimKey({ tenantId, offerDate: MONDAY, shopperId: shopperOf(index) });
/** A shopper's line of OUT. */
export const line = (index: number, tenantId = AZUL): string =>
  outLineText(tenantId, MONDAY, shopperOf(index), ["Arroz", "Feijão", "Café"]);

/** The row of a line that was not sent. */
export const suppressed = (index: number, tenantId = AZUL): DayRow => ({
  tenantId,
  shopperId: shopperOf(index),
  state: "SUPPRESSED",
  reason: "no_consent",
  updatedAt: new Date(AT).toISOString(),
});
/** The row of a line that was sent. */
export const sent = (index: number, more: Partial<DayRow> = {}): DayRow => ({
  tenantId: AZUL,
  shopperId: shopperOf(index),
  state: "DELIVERED",
  updatedAt: new Date(AT).toISOString(),
  claimedAt: new Date(AT).toISOString(),
  phoneToken: tokenOf(more.tenantId ?? AZUL, phoneOf(index)),
  price: 0.3,
  sid: sidOf(index),
  ...more,
});
/** A shopper's message at Twilio. */
export const message = (index: number, more: Partial<DayMessage> = {}): DayMessage => ({
  sid: sidOf(index),
  status: "delivered",
  channel: "sms",
  to: phoneOf(index),
  senders: [SENDER],
  textDigest: "a text",
  createdMs: AT,
  segments: 1,
  ...more,
});

/** What lies in OUT, in the ledger and at Twilio. */
export type Given = {
  readonly files?: readonly { readonly tenantId: string; readonly text: string; readonly spoilt?: string }[];
  readonly rows?: readonly DayRow[];
  readonly messages?: readonly DayMessage[];
  /** Messages that Twilio shows by their SID only. */
  readonly unlisted?: readonly DayMessage[];
};

/** Reconciles the day. */
export async function reconcile({ files = [], rows = [], messages = [], unlisted = [] }: Given) {
  const named = files.map(({ tenantId, text }, part): OutFile => outFileOf(tenantId, MONDAY, part, text));
  const bodies = new Map(files.map(({ text, spoilt }, part) => [named[part]!.key, spoilt ?? text]));
  async function* bytes(text: string): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  return reconcileDay(
    { offerDate: MONDAY, files: named },
    DAY,
    { tenantIds: [AZUL, VERDE], sendersOf: () => [SENDER], tokenOf, pricePerSegmentBrl: 0.3 },
    {
      out: { open: async (key) => ({ etag: "e", chunks: bytes(bodies.get(key)!) }) },
      rowsOf: async function* (tenantId) {
        yield* rows.filter((row) => row.tenantId === tenantId);
      },
      twilio: {
        between: async function* () {
          yield* messages;
        },
        bySid: async (sid) => unlisted.find((each) => each.sid === sid),
      },
    },
  );
}

/** A day that adds up. */
export const GOOD: Required<Pick<Given, "files" | "rows" | "messages">> = {
  files: [
    { tenantId: AZUL, text: [0, 1, 2].map((index) => line(index)).join("") },
    { tenantId: VERDE, text: line(3, VERDE) },
  ],
  rows: [sent(0), sent(1, { state: "SENT" }), suppressed(2), suppressed(3, VERDE)],
  messages: [message(0), message(1, { status: "sent" })],
};
