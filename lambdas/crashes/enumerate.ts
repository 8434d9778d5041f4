// Every single fault and every pair of faults of a day, each played from the beginning.
import type { Fault, FaultKind } from "./faults";
import { playCampaign, type Variant, type Workers } from "./played-day";

/** Days played, and of these the days with something wrong. */
export type Tally = {
  days: number;
  duplicated: number;
  lost: number;
  unended: number;
  unpaid: number;
  /** Of the first wrong day: its faults and what was wrong. */
  first?: string;
};

/** What is played of a variant: how its workers meet, every kind alone, and pairs of kinds. */
export type Enumeration = {
  readonly workers: Workers;
  readonly single: readonly FaultKind[];
  readonly pairs: readonly (readonly [FaultKind, FaultKind])[];
  /** Plays of the pairs only each of that many; all when absent. */
  readonly pairsEach?: number;
};

/** Of an enumeration: the effects of a day without a fault, and the days by how many faults they had. */
export type Enumerated = { readonly effects: number; readonly single: Tally; readonly pairs: Tally };

const noDays = (): Tally => ({ days: 0, duplicated: 0, lost: 0, unended: 0, unpaid: 0 });

/** Plays a day for each fault (and one without any), and for each pair of which the second comes after the first. */
export async function enumerate(
  variant: Variant,
  { workers, single, pairs, pairsEach = 1 }: Enumeration,
): Promise<Enumerated> {
  const alone = noDays();
  const twice = noDays();
  async function play(tally: Tally, faults: readonly Fault[]): Promise<number> {
    const { duplicates, lost, unended, unpaid, effects } = await playCampaign(faults, workers, variant);
    const wrong = [...duplicates, ...lost, ...unended, ...unpaid];
    tally.days += 1;
    tally.duplicated += Number(duplicates.length > 0);
    tally.lost += Number(lost.length > 0);
    tally.unended += Number(unended.length > 0);
    tally.unpaid += Number(unpaid.length > 0);
    if (wrong.length > 0) tally.first ??= `${workers} ${JSON.stringify(faults)}: ${wrong.join("; ")}`;
    return effects;
  }
  const whole = await play(alone, []);
  for (let at = 1; at <= whole; at += 1) {
    for (const kind of single) {
      const effects = await play(alone, [{ at, kind }]);
      for (const [first, second] of pairs) {
        if (first !== kind) continue;
        // Begun at another place for each first fault, so that every effect is some pair's second.
        for (let next = at + 1 + (at % pairsEach); next <= effects; next += pairsEach) {
          await play(twice, [
            { at, kind },
            { at: next, kind: second },
          ]);
        }
      }
    }
  }
  return { effects: whole, single: alone, pairs: twice };
}
