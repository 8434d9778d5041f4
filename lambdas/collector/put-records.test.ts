import fc from "fast-check";
import { Hang, virtualPacing } from "./collector-fixture";
import { ANSWER_MILLISECONDS, BATCH_BYTES, BATCH_RECORDS } from "./limits";
import { realPacing } from "./pacing";
import { Hopeless, putRecords, splitBatches } from "./put-records";

const records = (count: number) => Array.from({ length: count }, (_, at) => `record ${at}\n`);

describe("records that Firehose did not take", () => {
  it("are sent again, they alone, until it has each, for every subset that can fail", async () => {
    const all = records(6);
    for (let subset = 0; subset < 2 ** all.length; subset++) {
      const failing = new Set(all.filter((_, at) => subset & (1 << at)));
      const calls: (readonly string[])[] = [];
      const failed = await putRecords(
        async (asked) => {
          calls.push(asked);
          return asked.map((record) => calls.length > 1 || !failing.has(record));
        },
        all,
        virtualPacing(),
      );
      expect(failed).toEqual([]);
      expect(calls).toEqual(failing.size > 0 ? [all, [...failing]] : [all]);
    }
  });

  it("are named when time is up, and only they, for every subset that fails for good", async () => {
    const all = records(6);
    for (let subset = 1; subset < 2 ** all.length; subset++) {
      const pacing = virtualPacing();
      const taken = (record: string) => !(subset & (1 << all.indexOf(record)));
      const failed = await putRecords(async (asked) => asked.map(taken), all, pacing);
      expect(failed).toEqual(all.flatMap((record, at) => (taken(record) ? [] : [at])));
      expect(pacing.spent()).toBeLessThanOrEqual(ANSWER_MILLISECONDS);
    }
  });

  it.each([
    ["throttles", () => new Error("ServiceUnavailableException")],
    ["hangs", () => new Hang()],
  ])("are sent again with growing pauses while it %s, then named, inside the time there is", async (_, failure) => {
    const pacing = virtualPacing();
    const before: number[] = [];
    const failed = await putRecords(
      async () => {
        before.push(pacing.spent());
        throw failure();
      },
      records(3),
      pacing,
    );
    expect(failed).toEqual([0, 1, 2]);
    expect(before.length).toBeGreaterThan(3);
    expect(pacing.spent()).toBeLessThanOrEqual(ANSWER_MILLISECONDS);
    const gaps = before.slice(1).map((time, at) => time - before[at]!);
    expect(gaps[1]).toBeGreaterThan(gaps[0]!);
  });

  it("are taken when it recovers, whatever the weather before", async () => {
    const weather = fc.array(fc.constantFrom("throws", "half", "none"), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(weather, fc.integer({ min: 1, max: 40 }), async (days, count) => {
        const stored: string[] = [];
        const failed = await putRecords(
          async (asked) => {
            const day = days.shift();
            if (day === "throws") throw new Error("500");
            const taken = asked.map((_, at) => day === undefined || (day === "half" && at % 2 === 0));
            stored.push(...asked.filter((_, at) => taken[at]));
            return taken;
          },
          records(count),
          virtualPacing(),
        );
        expect(failed).toEqual([]);
        expect(stored.sort()).toEqual(records(count).sort());
      }),
    );
  });

  it("are named at once when no retry can help", async () => {
    let calls = 0;
    const put = async () => {
      calls++;
      throw new Hopeless("no such stream");
    };
    expect(await putRecords(put, records(2), virtualPacing())).toEqual([0, 1]);
    expect(calls).toBe(1);
  });

  it("include those of which the answer said nothing", async () => {
    const pacing = virtualPacing();
    expect(await putRecords(async () => [true], records(2), pacing)).not.toContain(0);
    expect(await putRecords(async () => [], records(2), pacing)).toEqual([0, 1]);
  });
});

describe("a call", () => {
  it("holds at most 500 records and 4 MiB, and each record once, in order", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 350_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(sizes, (lengths) => {
        const batches = splitBatches(lengths.map((length) => "x".repeat(length)));
        expect(batches.flat()).toEqual(lengths.map((_, at) => at));
        for (const batch of batches) {
          expect(batch.reduce((sum, at) => sum + lengths[at]!, 0)).toBeLessThanOrEqual(BATCH_BYTES);
        }
      }),
      { numRuns: 30 },
    );
    expect(splitBatches(records(BATCH_RECORDS))).toHaveLength(1);
    expect(splitBatches(records(BATCH_RECORDS + 1))).toHaveLength(2);
    expect(splitBatches(["ç".repeat(BATCH_BYTES / 2), "a"])).toHaveLength(2);
  });

  it("that never answers and heeds no signal ends all the same", async () => {
    const hanging = realPacing(60_000).within(1, () => new Promise<never>(() => {}));
    await expect(hanging).rejects.toThrow(/too long/);
    await expect(realPacing(60_000).within(5_000, async () => "in time")).resolves.toBe("in time");
  });
});
