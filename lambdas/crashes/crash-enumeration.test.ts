import { enumerate } from "./enumerate";
import { FAULT_KINDS } from "./faults";
import { WORKERS } from "./played-day";
import { AS_SHIPPED, PLANTED } from "./variants";

jest.setTimeout(120_000);

// `npm run crashes` plays every pair of effects and kinds; here two deaths stand for them, and of those of two workers
// at once every third.
const DEATHS = [["dies", "dies"]] as const;
const PAIRS_EACH = { one_by_one: 1, two_of_each: 3 };
const FINE = { duplicated: 0, lost: 0, unended: 0, unpaid: 0 };
const say = (line: string): void => void process.stdout.write(`${line}\n`);

describe("a campaign that is broken at every effect", () => {
  test.each(WORKERS)(
    "and by pairs of deaths duplicates nothing, loses nothing and ends every line (%s)",
    async (workers) => {
      const pairsEach = PAIRS_EACH[workers];
      const enumeration = { workers, single: FAULT_KINDS, pairs: DEATHS, pairsEach };
      const { effects, single, pairs } = await enumerate(AS_SHIPPED, enumeration);
      say(`${workers}: ${effects} effects, ${single.days} days of one fault at most, ${pairs.days} days of two deaths`);
      expect(single).toEqual({ ...FINE, days: 1 + effects * FAULT_KINDS.length });
      expect(pairs).toEqual({ ...FINE, days: pairs.days });
      // A day of 55 effects has some 1,485 pairs; a death changes how many come after it, but not by half.
      expect(pairs.days).toBeGreaterThan((effects * (effects - 1)) / 4 / pairsEach);
    },
  );

  test.each(PLANTED.map(([finds, variant]) => [variant.name, finds, variant] as const))(
    "finds what is wrong when dispatch %s",
    async (name, finds, variant) => {
      let found = 0;
      for (const workers of WORKERS) {
        const { single } = await enumerate(variant, { workers, single: ["dies", "stalls"], pairs: [] });
        say(`${name}, ${workers}: ${single[finds]} of ${single.days} days ${finds}`);
        found += single[finds];
      }
      expect(found).toBeGreaterThan(0);
    },
  );
});
