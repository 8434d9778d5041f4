// The day's money under any interleaving: senders that draw, refuse, return, lose an answer or die never spend more than
// the day has, and in the end what is spent is what the claims cost.
import fc from "fast-check";
import { shopperOf } from "../shared/out-file-fixture";
import type { Shard } from "../shared/shard";
import { memoryLeases, settleWorld } from "./memory-money";
import { newWorld, type TwilioAct, type Worker, type World, workerPorts } from "./memory-world";
import { newPurse } from "./purse";
import { sendShard } from "./send-shard";
import { DATE, mondayOf, TAKES_IT, TEN, TENANT } from "./sending-fixture";
import { SETTINGS } from "./settings-fixture";

jest.setTimeout(60_000);

const SEGMENT_BRL = SETTINGS.pricePerSegmentBrl;
const LINES = 10;
const AFTER_EVERY_SENDER_MS = 11 * 60_000;
const ACTS: readonly TwilioAct[] = [
  TAKES_IT,
  { accepts: true, answer: { kind: "in_doubt", code: "TIMEOUT" } },
  { accepts: false, answer: { kind: "rejected", code: 21211 } },
  { accepts: false, answer: { kind: "stop_run", code: "20003" } },
  { accepts: false, answer: { kind: "too_many", retryAfterMs: 2_000 } },
];

type Campaign = { readonly world: World; readonly file: Buffer; readonly shards: readonly Shard[] };

/** A day of ten lines in two shards, every third line of two segments. */
function campaign(dailyBrl: number): Campaign {
  const names = (index: number) => Array(index % 3 === 0 ? 5 : 1).fill("Arroz tipo 1 do saco de cinco quilos");
  const { world, lines, file, shard } = mondayOf([...Array(LINES).keys()], names);
  world.switches.dailyBrl = dailyBrl;
  const cut = Buffer.byteLength(lines.slice(0, LINES / 2).join(""));
  return {
    world,
    file,
    shards: [
      { ...shard, start: 0, end: cut },
      { ...shard, start: cut, end: file.length },
    ],
  };
}

const pricesOf = ({ rows }: World): number => [...rows.values()].reduce((sum, { price }) => sum + (price ?? 0), 0);

const work = ({ world, file }: Campaign, shard: Shard, worker: Worker): Promise<unknown> =>
  sendShard(shard, workerPorts(world, file, worker), SETTINGS).catch(() => {});

test("four senders at once, any of whom may die anywhere, never pass the day's money, and all of it is accounted for", async () => {
  const act = fc.constantFrom(...ACTS);
  const death = fc.option(fc.record({ at: fc.integer({ min: 1, max: 40 }), after: fc.boolean() }), { nil: undefined });
  const senders = fc.tuple(...Array.from({ length: 4 }, () => fc.record({ act, death })));
  const budget = fc.integer({ min: 0, max: 16 }).map((segments) => segments * SEGMENT_BRL);
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), senders, budget, async (scheduler, all, dailyBrl) => {
      const run = campaign(dailyBrl);
      const { world } = run;
      let [mostSpent, mostUncovered] = [0, 0];
      const schedule = async <T>(effect: () => Promise<T>): Promise<T> => {
        const settled = scheduler.scheduleFunction(async () => {
          const [result] = await Promise.allSettled([effect()]);
          mostSpent = Math.max(mostSpent, world.spent.brl, pricesOf(world));
          mostUncovered = Math.max(mostUncovered, pricesOf(world) - world.spent.brl);
          return result!;
        });
        const result = await settled();
        if (result.status === "rejected") throw result.reason;
        return result.value as T;
      };
      const sending = all.map(({ act: twilio, death: dies }, index) =>
        work(run, run.shards[index % 2]!, { twilio: () => twilio, dies, schedule }),
      );
      await scheduler.waitFor(Promise.all(sending));
      // After every single effect: what is bought is covered by what was leased or spent, and that by the budget.
      expect(mostSpent).toBeLessThanOrEqual(dailyBrl + 1e-6);
      expect(mostUncovered).toBeLessThanOrEqual(1e-6);
      expect(world.accepted.length * SEGMENT_BRL).toBeLessThanOrEqual(dailyBrl + 1e-6);

      world.now += AFTER_EVERY_SENDER_MS;
      await settleWorld(world, run.file);
      expect(world.spent.leases.size).toBe(0);
      expect(world.spent.brl).toBeCloseTo(pricesOf(world), 6);

      // What was left for the budget is not lost: the next run spends what came back, as far as it goes.
      for (const shard of run.shards) await work(run, shard, { twilio: () => TAKES_IT });
      expect(world.spent.brl).toBeCloseTo(pricesOf(world), 6);
      const unpaid = Array.from({ length: LINES }, (_, index) => `${TENANT}|${DATE}|${shopperOf(index)}`).filter(
        (claim) => !world.rows.has(claim),
      );
      if (unpaid.length === 0) return;
      expect(dailyBrl - world.spent.brl).toBeLessThan(2 * SEGMENT_BRL - 1e-6);
      expect(world.spent.refused).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test("a line that nobody could pay while others held the money is left for the next run, and sent in it", async () => {
  const run = campaign(0.4);
  const [first, second] = run.shards;
  const busy = workerPorts(run.world, run.file, { twilio: () => TAKES_IT });
  expect(await busy.purse.draw(0.1, 0.4)).toBeDefined();
  const ends = await sendShard(second!, workerPorts(run.world, run.file, { twilio: () => TAKES_IT }), SETTINGS);
  expect(Object.fromEntries(ends)).toEqual({ "left(budget)": 5 });
  expect(run.world.spent.refused).toBe(true);
  // The first sender dies with all the day's money, of which it spent nothing.
  expect(await settleWorld(run.world, run.file)).toBe(0);
  run.world.now += AFTER_EVERY_SENDER_MS;
  expect(await settleWorld(run.world, run.file)).toBe(1);
  await work(run, first!, { twilio: () => TAKES_IT });
  expect(run.world.accepted.length).toBeGreaterThan(1);
});

test("answers that never came, about raises and returns, lose and make no money", async () => {
  const fate = fc.constantFrom("answered", "lost", "failed");
  const step = fc.record({
    purse: fc.nat({ max: 2 }),
    cents: fc.integer({ min: 1, max: 60 }),
    end: fc.constantFrom("keep", "giveBack", "unknown, bought", "unknown, not bought"),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fate),
      fc.array(step, { maxLength: 40 }),
      fc.nat({ max: 900 }),
      async (fates, steps, cents) => {
        const dailyBrl = cents / 100;
        const world = newWorld(TEN);
        const plain = memoryLeases(world);
        let calls = 0;
        const flaky =
          <A extends unknown[], R>(act: (...args: A) => Promise<R>) =>
          async (...args: A): Promise<R> => {
            const what = fates[calls++ % Math.max(1, fates.length)];
            if (what === "failed") throw new Error("not done");
            const result = await act(...args);
            if (what === "lost") throw new Error("no answer");
            return result;
          };
        const leases = { raise: flaky(plain.raise), end: flaky(plain.end), noteRefusal: async () => {} };
        const place = { tenantId: TENANT, offerDate: DATE, key: "k", etag: "e", start: 0, end: 1 };
        const purses = ["a", "b", "c"].map((leaseId) =>
          newPurse({ leases, leaseId, place, until: TEN + 1, now: () => TEN }),
        );
        const paid = new Map<string, number>();
        for (const { purse, cents: price, end } of steps) {
          const draw = await purses[purse]!.draw(price / 100, dailyBrl).catch(() => undefined);
          if (!draw) continue;
          if (end === "giveBack") draw.giveBack();
          else if (end !== "unknown, not bought") paid.set(draw.leaseId, (paid.get(draw.leaseId) ?? 0) + price);
          if (end === "keep") draw.keep();
          expect(world.spent.brl).toBeLessThanOrEqual(dailyBrl + 1e-6);
        }
        for (const purse of purses) await purse.close().catch(() => false);
        for (const lease of await plain.open(DATE)) await plain.end(lease, (paid.get(lease.id) ?? 0) / 100);
        const spent = [...paid.values()].reduce((sum, price) => sum + price, 0) / 100;
        expect(world.spent.brl).toBeCloseTo(spent, 6);
        expect(spent).toBeLessThanOrEqual(dailyBrl + 1e-6);
      },
    ),
    { numRuns: 500 },
  );
});

test("a purse asks for as much as ten seconds need, at most for 200 messages, and returns the rest", async () => {
  const world = newWorld(TEN);
  const place = { tenantId: TENANT, offerDate: DATE, key: "k", etag: "e", start: 0, end: 1 };
  const leases = memoryLeases(world);
  const raised: number[] = [];
  const raise: typeof leases.raise = (lease, before, dailyBrl) => {
    raised.push(Math.round((lease.brl - (before?.brl ?? 0)) * 10));
    return leases.raise(lease, before, dailyBrl);
  };
  const purse = newPurse({ leases: { ...leases, raise }, leaseId: "a", place, until: TEN, now: () => world.now });
  for (let message = 0; message < 400; message += 1) {
    world.now += 50;
    (await purse.draw(0.1, 1_000))!.keep();
  }
  // Nothing is known at first; then 20 messages a second would be 200 in ten seconds.
  expect(raised[0]).toBe(20);
  expect(Math.max(...raised)).toBe(200);
  expect(raised.length).toBeLessThan(5);
  expect(await purse.close()).toBe(true);
  expect(world.spent.brl).toBeCloseTo(40, 6);
});
