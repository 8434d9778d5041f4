import fc from "fast-check";
import { closeDay } from "../closer/close-day";
import { claimKey } from "../shared/claim-keys";
import { shopperOf } from "../shared/out-file-fixture";
import type { Shard } from "../shared/shard";
import { memoryLedger } from "./memory-ledger";
import { memoryControl, type TwilioAct, type Worker, type World, workerPorts } from "./memory-world";
import { sendShard } from "./send-shard";
import { DATE, mondayOf, shopperWith, TAKES_IT, TEN, TENANT } from "./sending-fixture";
import { SETTINGS } from "./settings-fixture";

jest.setTimeout(60_000);

const TERMINAL = ["SENT", "REJECTED", "HELD", "SUPPRESSED", "EXPIRED", "DELIVERED", "UNDELIVERED"];
type Campaign = {
  readonly world: World;
  readonly file: Buffer;
  readonly shard: Shard;
  readonly close: () => Promise<void>;
};

/** Four shoppers, of whom the last two share a phone. */
function campaign(phones: readonly number[] = [0, 1, 2, 2]): Campaign {
  const { world, file, outFile, shard } = mondayOf(phones);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield file;
  }
  const close = async (): Promise<void> => {
    await closeDay({ offerDate: DATE, files: [outFile] }, new Set(), {
      out: { open: async () => ({ etag: "e", chunks: chunks() }) },
      ledger: memoryLedger(world),
      control: memoryControl(world),
      at: new Date(world.now).toISOString(),
      log: () => {},
    });
  };
  return { world, file, shard, close };
}

/** A worker at the shard; what it died of is nobody's concern but the queue's. */
async function work({ world, file, shard }: Campaign, worker: Worker, rest: Shard = shard): Promise<number> {
  const ports = workerPorts(world, file, worker);
  await sendShard(rest, ports, SETTINGS).catch(() => {});
  return ports.effects();
}

/** I2 and I4: at most one message a line and a phone, each requested under a claim, and every line in one end. */
function expectAtMostOnce({ world }: Campaign, lines = 4): void {
  const claims = world.accepted.map(({ claim }) => claim);
  expect(new Set(claims).size).toBe(claims.length);
  const phones = world.accepted.map(({ to }) => to);
  expect(new Set(phones).size).toBe(phones.length);
  for (const { rowAtRequest } of world.accepted) expect(rowAtRequest).toBe("CLAIMED");
  const ends = [...world.rows.values()].filter((row) => row.state !== undefined).map((row) => row.state!);
  expect(ends).toHaveLength(lines);
  for (const end of ends) expect(TERMINAL).toContain(end);
}

const acts: readonly TwilioAct[] = [
  TAKES_IT,
  { accepts: true, answer: { kind: "in_doubt", code: "TIMEOUT" } },
  { accepts: false, answer: { kind: "in_doubt", code: "HTTP_500" } },
  { accepts: false, answer: { kind: "rejected", code: 21211 } },
  { accepts: false, answer: { kind: "stop_run", code: "20003" } },
  { accepts: false, answer: { kind: "too_many", retryAfterMs: 2_000 } },
];

describe("a shard", () => {
  test.each([
    [21610, 1],
    [21211, 0],
  ])("bars a phone at once when Twilio's refusal (%i) is the shopper's own, else not", async (code, barred) => {
    const run = campaign();
    const refused: TwilioAct = { accepts: false, answer: { kind: "rejected", code } };
    const first = claimKey({ tenantId: TENANT, offerDate: DATE, shopperId: shopperOf(0) });
    await work(run, { twilio: (claim) => (claim === first ? refused : TAKES_IT) });
    expect([...run.world.stopped]).toEqual(barred === 1 ? ["phone-0"] : []);
  });

  test("sends each shopper one message, and one to a phone that two share", async () => {
    const run = campaign();
    await work(run, { twilio: () => TAKES_IT });
    expect(run.world.accepted).toHaveLength(3);
    await run.close();
    expectAtMostOnce(run);
    expect([...run.world.rows.values()].filter((row) => row.reason === "same_phone")).toHaveLength(1);
  });

  test("that is delivered again sends nothing again and spends nothing again", async () => {
    const run = campaign();
    await work(run, { twilio: () => TAKES_IT });
    const spent = run.world.spent.brl;
    await work(run, { twilio: () => TAKES_IT });
    expect(run.world.accepted).toHaveLength(3);
    expect(run.world.spent.brl).toBe(spent);
  });

  test("whose worker dies around any single effect, and comes back, sends at most once and loses no line", async () => {
    const whole = await work(campaign(), { twilio: () => TAKES_IT });
    expect(whole).toBeGreaterThan(15);
    for (const answer of acts) {
      for (let at = 1; at <= whole; at += 1) {
        for (const after of [false, true]) {
          const run = campaign();
          await work(run, { twilio: () => answer, dies: { at, after } });
          await work(run, { twilio: () => TAKES_IT });
          run.world.now += 6 * 60_000;
          await work(run, { twilio: () => TAKES_IT });
          await run.close();
          expectAtMostOnce(run);
        }
      }
    }
  });

  test("that two workers have at once, either of whom may die anywhere, sends at most once", async () => {
    const act = fc.constantFrom(...acts);
    const death = fc.option(fc.record({ at: fc.integer({ min: 1, max: 30 }), after: fc.boolean() }), {
      nil: undefined,
    });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), act, act, death, death, async (scheduler, first, second, one, two) => {
        const run = campaign();
        // The scheduler is given results, not rejections: a worker's death is the worker's own.
        const schedule = async <T>(effect: () => Promise<T>): Promise<T> => {
          const settled = scheduler.scheduleFunction(async () => (await Promise.allSettled([effect()]))[0]!);
          const result = await settled();
          if (result.status === "rejected") throw result.reason;
          return result.value as T;
        };
        const workers = Promise.all([
          work(run, { twilio: () => first, dies: one, schedule }),
          work(run, { twilio: () => second, dies: two, schedule }),
        ]);
        await scheduler.waitFor(workers);
        await run.close();
        expectAtMostOnce(run);
      }),
      { numRuns: 150 },
    );
  });

  test("leaves a claim of a dead worker alone, to be held at the day's close", async () => {
    const run = campaign([0]);
    await work(run, { twilio: () => TAKES_IT, dies: { at: 5, after: true } });
    expect([...run.world.rows.values()][0]?.state).toBe("CLAIMED");
    await work(run, { twilio: () => TAKES_IT });
    expect(run.world.accepted).toHaveLength(0);
    await run.close();
    expect([...run.world.rows.values()][0]?.state).toBe("HELD");
  });

  test("hands on by offset what its time does not suffice for, each line in exactly one half", async () => {
    const run = campaign([0, 1, 2, 3, 4, 5, 6, 7]);
    let looks = 0;
    await work(run, { twilio: () => TAKES_IT, remainingMs: () => (++looks > 4 ? 1_000 : 60_000) });
    expect(run.world.accepted.length).toBeGreaterThan(0);
    expect(run.world.accepted.length).toBeLessThan(8);
    const [rest] = run.world.handedOn;
    await work(run, { twilio: () => TAKES_IT }, rest!);
    expect(new Set(run.world.accepted.map(({ claim }) => claim)).size).toBe(8);
    expect(run.world.accepted).toHaveLength(8);
  });

  test("hands on by offset the lines that no slot came for in time, unclaimed and unpaid", async () => {
    const run = campaign([0, 1, 2, 3, 4, 5]);
    const ports = workerPorts(run.world, run.file, { twilio: () => TAKES_IT });
    let slots = 0;
    const ends = await sendShard(run.shard, { ...ports, pace: { slot: async () => ++slots !== 3 } }, SETTINGS);
    expect(Object.fromEntries(ends)).toEqual({ SENT: 5 });
    expect(run.world.rows.size).toBe(10);
    expect(run.world.spent.brl).toBeCloseTo(0.5);
    const [rest] = run.world.handedOn;
    await work(run, { twilio: () => TAKES_IT }, rest!);
    expect(new Set(run.world.accepted.map(({ claim }) => claim)).size).toBe(6);
    expect(run.world.accepted).toHaveLength(6);
  });

  test("asks for a slot for each request, a repeated one too, and for none where there is no money", async () => {
    const run = campaign([0]);
    const ports = workerPorts(run.world, run.file, {
      twilio: () => (slots === 1 ? { accepts: false, answer: { kind: "too_many", retryAfterMs: 1_000 } } : TAKES_IT),
    });
    let slots = 0;
    const pace = { slot: async () => ++slots > 0 };
    await sendShard(run.shard, { ...ports, pace }, SETTINGS);
    expect([slots, run.world.accepted.length]).toEqual([2, 1]);
    const poor = campaign([0]);
    poor.world.switches.dailyBrl = 0.05;
    const portsOfPoor = workerPorts(poor.world, poor.file, { twilio: () => TAKES_IT });
    await sendShard(poor.shard, { ...portsOfPoor, pace }, SETTINGS);
    expect(slots).toBe(2);
  });

  test("of another day sends nothing and writes nothing", async () => {
    const run = campaign();
    run.world.shoppers.set(shopperOf(0), { ...shopperWith(0), consents: { sms: false, whatsapp: false } });
    run.world.now += 24 * 3_600_000;
    await work(run, { twilio: () => TAKES_IT });
    expect(run.world.accepted).toHaveLength(0);
    expect(run.world.rows.size).toBe(0);
  });

  test("stops for a refused account with no line marked, and goes on once the circuit has cooled", async () => {
    const run = campaign();
    await work(run, { twilio: () => ({ accepts: false, answer: { kind: "stop_run", code: "20003" } }) });
    expect(run.world.rows.size).toBe(0);
    expect(run.world.spent.brl).toBeCloseTo(0);
    await work(run, { twilio: () => TAKES_IT });
    expect(run.world.accepted).toHaveLength(0);
    run.world.now += 6 * 60_000;
    await work(run, { twilio: () => TAKES_IT });
    expect(run.world.accepted).toHaveLength(3);
    expect(run.world.circuit.circuitOpen).toBe(false);
  });

  test("tries again after 429 in the same claim, and gives the claim back when it stays", async () => {
    const patient = campaign([0]);
    let asked = 0;
    const busyTwice = (): TwilioAct =>
      ++asked <= 2 ? { accepts: false, answer: { kind: "too_many", retryAfterMs: 7_000 } } : TAKES_IT;
    await work(patient, { twilio: busyTwice });
    expect(asked).toBe(3);
    expect(patient.world.now - TEN).toBe(14_000);
    expect(patient.world.accepted).toHaveLength(1);
    const busy = campaign([0]);
    await work(busy, { twilio: () => ({ accepts: false, answer: { kind: "too_many", retryAfterMs: undefined } }) });
    expect(busy.world.rows.size).toBe(0);
  });

  test("sends no one who stopped, and nobody after the kill switch, while it waited for Twilio's rate", async () => {
    for (const change of ["stop", "kill"] as const) {
      const run = campaign([0]);
      const busy = (): TwilioAct => {
        if (change === "kill") run.world.switches.stopped = true;
        else run.world.shoppers.set(shopperOf(0), { ...shopperWith(0), optedOut: true });
        return { accepts: false, answer: { kind: "too_many", retryAfterMs: 3_000 } };
      };
      let asked = 0;
      await work(run, { twilio: () => (++asked === 1 ? busy() : TAKES_IT) });
      expect(asked).toBe(1);
      const rows = [...run.world.rows.values()];
      expect(rows.map((row) => row.reason)).toEqual(change === "stop" ? ["opted_out"] : []);
    }
  });

  test("pays once for a message that Twilio made wait, with the last money of the day", async () => {
    const run = campaign([0]);
    run.world.switches.dailyBrl = 0.1;
    let asked = 0;
    const busyOnce = (): TwilioAct =>
      ++asked === 1 ? { accepts: false, answer: { kind: "too_many", retryAfterMs: 3_000 } } : TAKES_IT;
    await work(run, { twilio: busyOnce });
    expect(run.world.accepted).toHaveLength(1);
    expect(run.world.spent.brl).toBeCloseTo(0.1);
  });

  test("never spends more than the day has, and its open lines expire for the budget", async () => {
    const run = campaign([0, 1, 2, 3]);
    run.world.switches.dailyBrl = 0.25;
    await work(run, { twilio: () => TAKES_IT });
    expect(run.world.spent.brl).toBeLessThanOrEqual(0.25);
    expect(run.world.accepted).toHaveLength(2);
    await run.close();
    expect([...run.world.rows.values()].filter((row) => row.reason === "budget")).toHaveLength(2);
  });
});
