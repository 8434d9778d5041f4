// Two channels, one message: the second is asked only when the first has failed for good and the shopper agreed to it.

import type { Channel } from "../shared/channels";
import { claimKey } from "../shared/claim-keys";
import { shopperOf } from "../shared/out-file-fixture";
import { applyStatus } from "../status/apply-status";
import { memoryCircuit } from "./memory-circuit";
import { memoryLedger } from "./memory-ledger";
import { type TwilioAct, workerPorts } from "./memory-world";
import { type ShardSettings, sendShard } from "./send-shard";
import { DATE, mondayOf, shopperWith, TEN, TENANT } from "./sending-fixture";
import { SETTINGS } from "./settings-fixture";

const BOTH = { sms: true, whatsapp: true };
const WHATSAPP_FIRST: readonly Channel[] = ["whatsapp", "sms"];
const CLAIM = claimKey({ tenantId: TENANT, offerDate: DATE, shopperId: shopperOf(0) });
const AT = new Date(TEN).toISOString();

const takes: TwilioAct = { accepts: true, answer: { kind: "accepted", sid: `SM${"1".repeat(32)}` } };
const refuses = (code: number): TwilioAct => ({ accepts: false, answer: { kind: "rejected", code } });

/** One shopper's day; `twilio` answers by channel. */
function day(consents = BOTH, order = WHATSAPP_FIRST, weeklyCap = 7) {
  const { world, file, shard } = mondayOf([0]);
  world.shoppers.set(shopperOf(0), { ...shopperWith(0), consents });
  const settings: ShardSettings = { ...SETTINGS, channelsOf: () => order, weeklyCap };
  const asked: string[] = [];
  return {
    world,
    asked,
    row: () => world.rows.get(CLAIM),
    async send(twilio: Partial<Record<Channel, TwilioAct>> = {}) {
      const ports = workerPorts(world, file, {
        twilio(attempt) {
          const channel = attempt.endsWith("|whatsapp") ? "whatsapp" : "sms";
          asked.push(channel);
          return twilio[channel] ?? takes;
        },
      });
      return Object.fromEntries(await sendShard(shard, ports, settings));
    },
    receipt: (channel: Channel, status: string, code: number | null = null) =>
      applyStatus(
        {
          kind: "receipt",
          claim: channel === "sms" ? CLAIM : `${CLAIM}|whatsapp`,
          sid: `SM${"1".repeat(32)}`,
          status,
          code,
          at: AT,
        },
        {
          ledger: memoryLedger(world),
          stops: {
            stop: async (_tenantId, phoneToken) => Boolean(world.stopped.add(phoneToken)),
            lift: async () => false,
          },
          circuit: memoryCircuit(world.circuit),
          channelsOf: () => order,
          log: () => {},
        },
      ),
  };
}

test("the first channel of the order that the shopper agreed to is asked, and no other", async () => {
  for (const [consents, channel] of [
    [BOTH, "whatsapp"],
    [{ sms: false, whatsapp: true }, "whatsapp"],
    [{ sms: true, whatsapp: false }, "sms"],
  ] as const) {
    const { send, asked, row } = day(consents);
    expect(await send()).toEqual({ SENT: 1 });
    expect(asked).toEqual([channel]);
    expect(row()).toMatchObject({ state: "SENT", channel });
  }
  const { send, asked } = day({ sms: false, whatsapp: false });
  expect(await send()).toEqual({ "SUPPRESSED(no_consent)": 1 });
  expect(asked).toEqual([]);
});

test.each([63003, 63024])("refused for good by WhatsApp (%i), SMS is asked at once", async (code) => {
  const { send, asked, row, world } = day();
  expect(await send({ whatsapp: refuses(code) })).toEqual({ SENT: 1 });
  expect(asked).toEqual(["whatsapp", "sms"]);
  expect(row()).toMatchObject({
    state: "SENT",
    channel: "sms",
    attempt: 2,
    earlier: { channel: "whatsapp", price: 0 },
  });
  expect(world.accepted.map(({ claim }) => claim)).toEqual([CLAIM]);
  // Coming again, the shard finds nothing to do.
  expect(await send()).toEqual({});
});

test.each([
  ["no consent for SMS", 63024, { sms: false, whatsapp: true }],
  ["a code that ends nothing for good", 63018, BOTH],
  ["a number that is none", 21211, BOTH],
  ["the shopper's own block", 63014, BOTH],
])("SMS is not asked: %s", async (_, code, consents) => {
  const { send, asked, row } = day(consents);
  expect(await send({ whatsapp: refuses(code) })).toEqual({
    [consents.sms ? `REJECTED(${code})` : "REJECTED"]: 1,
  });
  expect(asked).toEqual(["whatsapp"]);
  expect(row()).toMatchObject({ state: "REJECTED", channel: "whatsapp" });
});

test("a STOP between the two channels ends the line with the first", async () => {
  const { send, asked, receipt, world } = day();
  await send();
  expect(await receipt("whatsapp", "failed", 63024)).toBe("RELEASED");
  const shopper = world.shoppers.get(shopperOf(0))!;
  world.shoppers.set(shopperOf(0), { ...shopper, optedOut: true });
  expect(await send()).toEqual({ UNDELIVERED: 1 });
  expect(asked).toEqual(["whatsapp"]);
});

test("a message that failed later releases its line for the next run, once, and late receipts change nothing", async () => {
  const { send, asked, row, receipt } = day();
  await send();
  expect(await receipt("whatsapp", "undelivered", 63024)).toBe("RELEASED");
  expect(await receipt("whatsapp", "failed", 63024)).toBe("nothing_new");
  expect(await send()).toEqual({ SENT: 1 });
  expect(asked).toEqual(["whatsapp", "sms"]);
  // What is said of the first message says nothing of the second.
  for (const status of ["failed", "undelivered", "delivered", "sent"]) {
    expect(await receipt("whatsapp", status, 63024)).toBe("nothing_new");
  }
  expect(row()).toMatchObject({ state: "SENT", channel: "sms" });
  expect(await receipt("sms", "undelivered", 30006)).toBe("UNDELIVERED");
  expect(await send()).toEqual({});
});

test("a delivery that is told after the failure ends the line, and no other channel is asked", async () => {
  const { send, asked, receipt } = day();
  await send();
  await receipt("whatsapp", "failed", 63024);
  expect(await receipt("whatsapp", "delivered")).toBe("DELIVERED");
  expect(await send()).toEqual({});
  expect(asked).toEqual(["whatsapp"]);
});

test("a chain without another channel ends with the failure", async () => {
  const { send, receipt, row } = day(BOTH, ["whatsapp"]);
  await send();
  expect(await receipt("whatsapp", "failed", 63024)).toBe("UNDELIVERED");
  expect(row()?.state).toBe("UNDELIVERED");
});

test("a second channel that is told to slow down is released as before, and one in doubt is never followed", async () => {
  const slow = day();
  await slow.send({
    whatsapp: refuses(63024),
    sms: { accepts: false, answer: { kind: "too_many", retryAfterMs: 10_000_000 } },
  });
  expect(slow.row()).toMatchObject({ state: "RELEASED", channel: "whatsapp", failedAs: "REJECTED" });
  expect(await slow.send()).toEqual({ SENT: 1 });
  const doubt = day();
  await doubt.send({ whatsapp: { accepts: true, answer: { kind: "in_doubt", code: "TIMEOUT" } } });
  expect(await doubt.send()).toEqual({});
  expect(doubt.asked).toEqual(["whatsapp"]);
});

test("who got as many messages as a week allows is left in peace, and what was not received does not count", async () => {
  const before = (days: Record<string, "SENT" | "DELIVERED" | "UNDELIVERED" | "HELD" | "SUPPRESSED">, cap: number) => {
    const played = day(BOTH, ["sms"], cap);
    for (const [offerDate, state] of Object.entries(days))
      played.world.rows.set(claimKey({ tenantId: TENANT, offerDate, shopperId: shopperOf(0) }), { state });
    return played.send();
  };
  const suppressed = { "SUPPRESSED(frequency_cap)": 1 };
  expect(await before({ "2026-11-21": "SENT", "2026-11-17": "HELD" }, 2)).toEqual(suppressed);
  expect(await before({ "2026-11-21": "DELIVERED", "2026-11-17": "UNDELIVERED" }, 2)).toEqual({ SENT: 1 });
  expect(await before({ "2026-11-21": "SENT", "2026-11-16": "SENT" }, 2)).toEqual({ SENT: 1 });
  expect(await before({ "2026-11-21": "SENT", "2026-11-20": "SUPPRESSED" }, 2)).toEqual({ SENT: 1 });
  expect(await before({ "2026-11-22": "SENT" }, 7)).toEqual({ SENT: 1 });
});
