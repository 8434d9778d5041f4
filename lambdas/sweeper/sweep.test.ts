import { attemptKey, claimKey } from "../shared/claim-keys";
import { shopperOf } from "../shared/out-file-fixture";
import type { Receipt } from "../shared/status-message";
import { GRACE_MS, type InDoubtPolicy, type OpenClaim, type SentMessage } from "./judge-claim";
import { LookupFailed } from "./sent-messages";
import { sweepDay } from "./sweep";

const DATE = "2026-11-23";
const CLAIMED = Date.parse("2026-11-23T13:00:00.000Z");
const WORKER = 300_000;
const SENDER = "+5511900000000";

const claimOf = (index: number, change: Partial<OpenClaim> = {}): OpenClaim => ({
  tenantId: "rede-azul",
  offerDate: DATE,
  shopperId: shopperOf(index),
  state: "IN_DOUBT",
  attempt: 1,
  channel: "sms",
  phoneToken: `token-${index}`,
  claimedAt: new Date(CLAIMED).toISOString(),
  firstClaimedMs: CLAIMED,
  updatedMs: CLAIMED,
  textDigest: "text",
  ...change,
});
const phoneOf = (index: number): string => `+5511${987_650_000 + index}`;
const messageOf = (sid: string, change: Partial<SentMessage> = {}): SentMessage => ({
  sid,
  status: "sent",
  code: null,
  senders: [SENDER],
  createdMs: CLAIMED,
  textDigest: "text",
  ...change,
});

type Day = {
  readonly open: OpenClaim[];
  readonly sent: Map<string, SentMessage[]>;
  readonly ended: Map<string, string>;
  readonly reported: Receipt[];
  readonly asked: string[];
  readonly logged: string[];
  now: number;
  fails: (phone: string) => boolean;
  policy: InDoubtPolicy;
};

const dayOf = (...open: OpenClaim[]): Day => ({
  open,
  sent: new Map(),
  ended: new Map(),
  reported: [],
  asked: [],
  logged: [],
  now: CLAIMED + GRACE_MS,
  fails: () => false,
  policy: "hold",
});

async function sweep(day: Day, remainingMs = () => 300_000) {
  const replace = (claim: OpenClaim, ...by: OpenClaim[]): boolean => {
    const index = day.open.indexOf(claim);
    if (index >= 0) day.open.splice(index, 1, ...by);
    return index >= 0;
  };
  const ends = await sweepDay(
    DATE,
    {
      claims: {
        async *before() {
          yield* [...day.open];
        },
        noteLook: async (claim, now) => replace(claim, { ...claim, lookedMs: now }),
        async end(claim, to) {
          day.ended.set(claim.shopperId, to);
          return replace(claim);
        },
      },
      personOf: async ({ shopperId }) => {
        const index = Array.from({ length: 20 }, (_, each) => shopperOf(each)).indexOf(shopperId);
        return { phone: phoneOf(index), phoneToken: `token-${index}` };
      },
      async sentTo(phone) {
        day.asked.push(phone);
        if (day.fails(phone)) throw new LookupFailed("Twilio's list answered 500, code 20500.");
        return day.sent.get(phone) ?? [];
      },
      report: async (receipt) => void day.reported.push(receipt),
      now: () => day.now,
      remainingMs,
      log: (event, fields) => void day.logged.push(`${event} ${JSON.stringify(fields)}`),
    },
    { senderOf: () => ({ sender: SENDER, shared: false }), policy: day.policy, workerMs: WORKER },
  );
  return Object.fromEntries(ends);
}

test("a message that Twilio took is reported as its callback would have been, whatever became of it", async () => {
  const day = dayOf(claimOf(0), claimOf(1), claimOf(2));
  day.sent.set(phoneOf(0), [messageOf("SM0", { status: "undelivered", code: 30003 })]);
  day.sent.set(phoneOf(1), [messageOf("SM1", { status: "canceled" })]);
  day.sent.set(phoneOf(2), [messageOf("SM2", { status: "queued" })]);
  expect(await sweep(day)).toEqual({ found: 3 });
  const told = day.reported.map(({ claim, sid, status, code }) => [claim, sid, status, code]);
  expect(told.sort()).toEqual(
    [
      [claimKey(claimOf(0)), "SM0", "undelivered", 30003],
      [claimKey(claimOf(1)), "SM1", "accepted", null],
      [claimKey(claimOf(2)), "SM2", "queued", null],
    ].sort(),
  );
  expect(day.ended.size).toBe(0);
});

test("a message on WhatsApp is asked for and reported as the message of that channel", async () => {
  const claim = claimOf(0, { channel: "whatsapp", textDigest: undefined });
  const day = dayOf(claim);
  day.sent.set(phoneOf(0), [messageOf("SM0", { textDigest: "what WhatsApp made of it" })]);
  expect(await sweep(day)).toEqual({ found: 1 });
  expect(day.reported[0]?.claim).toBe(attemptKey(claim, "whatsapp"));
});

test("nothing is asked before the grace is over, and a worker that may still live is left alone", async () => {
  const day = dayOf(claimOf(0, { updatedMs: CLAIMED + 1 }), claimOf(1, { state: "CLAIMED" }));
  expect(await sweep(day)).toEqual({ waiting: 2 });
  expect(day.asked).toEqual([]);
  day.now = CLAIMED + WORKER + GRACE_MS;
  expect(await sweep(day)).toEqual({ missing: 2 });
});

test("what is missing is looked for twice, a grace apart, then held", async () => {
  const day = dayOf(claimOf(0));
  expect(await sweep(day)).toEqual({ missing: 1 });
  expect(await sweep(day)).toEqual({ waiting: 1 });
  expect(day.ended.size).toBe(0);
  day.now += GRACE_MS;
  expect(await sweep(day)).toEqual({ held: 1 });
  expect([...day.ended.values()]).toEqual(["HELD"]);
});

test("what the list did not have at first and has later is found", async () => {
  const day = dayOf(claimOf(0));
  await sweep(day);
  day.now += GRACE_MS;
  day.sent.set(phoneOf(0), [messageOf("SM0")]);
  expect(await sweep(day)).toEqual({ found: 1 });
});

test("where the environment says so a missing first message is given back, and a second one is held", async () => {
  const looked = { lookedMs: CLAIMED };
  const day = dayOf(claimOf(0, looked), claimOf(1, { ...looked, attempt: 2 }));
  day.policy = "resend";
  expect(await sweep(day)).toEqual({ reopened: 1, held: 1 });
  expect(day.ended.get(shopperOf(0))).toBe("REOPENED");
});

test("two messages that could be one claim's, or a phone that has changed, are left for the callback or the close", async () => {
  const looked = { lookedMs: CLAIMED };
  const day = dayOf(claimOf(0, looked), claimOf(1, { ...looked, phoneToken: "an older phone" }));
  day.policy = "resend";
  day.sent.set(phoneOf(0), [messageOf("SM0"), messageOf("SM1")]);
  expect(await sweep(day)).toEqual({ unclear: 2 });
  expect(day.ended.size + day.reported.length).toBe(0);
});

test("a claim that changed meanwhile is overtaken, not ended", async () => {
  const claim = claimOf(0, { lookedMs: CLAIMED });
  const day = dayOf(claim);
  day.fails = () => {
    day.open.length = 0;
    return false;
  };
  expect(await sweep(day)).toEqual({ overtaken: 1 });
});

test("a number is asked for in each of its forms", async () => {
  const day = dayOf(claimOf(0));
  await sweep(day);
  expect(day.asked.sort()).toEqual(["+551187650000", "+5511987650000"]);
});

test("one lookup that fails ends nothing and holds up nobody", async () => {
  const day = dayOf(claimOf(0, { lookedMs: CLAIMED }), claimOf(1));
  day.fails = (phone) => phone === phoneOf(0);
  expect(await sweep(day)).toEqual({ unread: 1, missing: 1 });
  expect(day.ended.size).toBe(0);
  expect(day.logged.join()).toContain("lookup_failed");
  expect(day.logged.join()).not.toContain("98765");
});

test("when Twilio's list cannot be read the run fails, and no claim is ended for it", async () => {
  const day = dayOf(...Array.from({ length: 15 }, (_, index) => claimOf(index, { lookedMs: CLAIMED })));
  day.fails = () => true;
  await expect(sweep(day)).rejects.toThrow(LookupFailed);
  expect(day.ended.size).toBe(0);
  expect(day.asked.length).toBeLessThan(15);
});

test("nothing is begun that the time does not suffice for", async () => {
  const day = dayOf(...Array.from({ length: 15 }, (_, index) => claimOf(index)));
  expect(await sweep(day, () => (day.asked.length > 2 ? 1_000 : 300_000))).not.toHaveProperty("held");
  expect(day.asked.length).toBeLessThan(30);
});
