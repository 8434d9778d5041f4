import { createTable, type Moto, startMoto } from "../moto-fixture";
import { dynamoDb } from "../shared/aws-clients";
import { dynamoSendSlots, type SendSlots } from "../shared/send-slots";
import { newPace } from "./pace";

jest.setTimeout(60_000);

const BEGIN = Date.parse("2026-11-23T13:00:00Z");
const NUMBER = "+5511900000000";

/** A clock that moves when everybody waits for it, to the instant at which the first of them goes on. */
function virtualClock(slots: SendSlots) {
  let now = BEGIN;
  let asking = 0;
  const counted: SendSlots = {
    async take(...asked) {
      asking += 1;
      return slots.take(...asked).finally(() => {
        asking -= 1;
      });
    },
  };
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const pause = (ms: number) => new Promise<void>((wake) => void sleepers.push({ at: now + ms, wake }));
  async function run<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const end = () => {
      over = true;
    };
    work.then(end, end);
    for (;;) {
      for (let quiet = 0; quiet < 5 && !over; quiet = asking > 0 ? 0 : quiet + 1) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (over) return work;
      sleepers.sort((one, other) => one.at - other.at);
      const next = sleepers.shift();
      if (!next) continue;
      now = Math.max(now, next.at);
      next.wake();
    }
  }
  const skip = (ms: number): void => {
    now += ms;
  };
  return { now: () => now, pause, run, skip, slots: counted };
}

/** The most requests in any second. */
const mostInASecond = (begins: readonly number[]): number =>
  Math.max(...begins.map((from) => begins.filter((at) => at >= from && at < from + 1_000).length));

describe("the pace of a sender number", () => {
  let moto: Moto;
  let slots: SendSlots;
  let numbers = 0;
  beforeAll(async () => {
    moto = await startMoto();
    const db = dynamoDb();
    await createTable(db, "control", "id");
    slots = dynamoSendSlots(db, "control");
  });
  afterAll(() => moto?.stop());
  const newNumber = () => `${NUMBER}${++numbers}`;

  test.each([
    [1, 1],
    [7, 4],
    [40, 4],
    [250, 4],
  ])("of %i a second is never passed by %i workers at once, nor much undercut", async (perSecond, workers) => {
    const clock = virtualClock(slots);
    const sender = newNumber();
    const begins: number[] = [];
    const requests = Math.ceil((perSecond * 3) / workers);
    const all = Array.from({ length: workers }, () => {
      const pace = newPace({ perSecondOf: () => perSecond, ...clock, patienceMs: () => 60_000 });
      const line = async (): Promise<void> => {
        expect(await pace.slot(sender)).toBe(true);
        begins.push(clock.now());
      };
      return Promise.all(Array.from({ length: requests }, line));
    });
    await clock.run(Promise.all(all));
    expect(begins).toHaveLength(requests * workers);
    expect(mostInASecond(begins)).toBeLessThanOrEqual(perSecond);
    const seconds = (Math.max(...begins) - BEGIN) / 1000;
    expect(seconds).toBeLessThanOrEqual(requests * workers * (1 / perSecond) + 0.3);
  });

  test("is each number's own", async () => {
    const clock = virtualClock(slots);
    const pace = newPace({ perSecondOf: () => 1, ...clock, patienceMs: () => 60_000 });
    await clock.run(Promise.all([pace.slot(newNumber()), pace.slot(newNumber())]));
    expect(clock.now()).toBe(BEGIN);
  });

  test("says that there is no time for a slot that would come too late, and waits for none", async () => {
    const clock = virtualClock(slots);
    const sender = newNumber();
    const pace = newPace({ perSecondOf: () => 1, ...clock, patienceMs: () => 1_500 });
    const answers = await clock.run(Promise.all([1, 2, 3, 4].map(() => pace.slot(sender))));
    expect(answers).toEqual([true, true, false, false]);
    expect(clock.now()).toBe(BEGIN + 1_000);
  });

  test("does not catch up on slots that were missed while everything stood still", async () => {
    const clock = virtualClock(slots);
    const sender = newNumber();
    const begins: number[] = [];
    // Every third answer about slots comes when these are long over.
    let answers = 0;
    const late: SendSlots = {
      async take(...asked) {
        const run = await clock.slots.take(...asked);
        if (++answers % 3 === 1) clock.skip(900);
        return run;
      },
    };
    const pace = newPace({ ...clock, slots: late, perSecondOf: () => 10, patienceMs: () => 60_000 });
    const line = async () => {
      await pace.slot(sender);
      begins.push(clock.now());
    };
    await clock.run(Promise.all(Array.from({ length: 20 }, line)));
    expect(begins).toHaveLength(20);
    // A slot may be used a tenth of a second late.
    expect(mostInASecond(begins)).toBeLessThanOrEqual(11);
  });

  test("begins anew after a row that a wrong clock wrote", async () => {
    const sender = newNumber();
    await slots.take(sender, 1, 1, BEGIN + 24 * 3_600_000);
    expect(await slots.take(sender, 5, 10, BEGIN)).toEqual({ firstAt: BEGIN, count: 5, apartMs: 100 });
    expect(await slots.take(sender, 5, 10, BEGIN)).toEqual({ firstAt: BEGIN + 500, count: 5, apartMs: 100 });
  });
});
