// The calendar against plain arithmetic on UTC offsets: any area code, day and second, year ends, leap days and
// holidays included, and a clock that is an hour off.
import fc from "fast-check";
import { NATIONAL_HOLIDAYS } from "../../environments/holidays";
import { dayIsOver, openingFor } from "./calendar";

const HOUR = 3600;
const DAY = 24 * HOUR;
const HOLIDAYS: ReadonlySet<string> = new Set(NATIONAL_HOLIDAYS);
/** Hours from UTC of every place that an area code covers (no daylight saving since 2019). */
const WEST: Readonly<Record<number, readonly number[]>> = {
  65: [-4],
  66: [-4],
  67: [-4],
  68: [-5],
  69: [-4],
  81: [-3, -2],
  92: [-4],
  95: [-4],
  97: [-4, -5],
};
const NO_AREA = new Set([20, 23, 25, 26, 29, 30, 36, 39, 40, 50, 52, 56, 57, 58, 59, 60, 70, 72, 76, 78, 80, 90]);
const offsetsOf = (ddd: number): readonly number[] => (NO_AREA.has(ddd) ? [-2, -3, -4, -5] : (WEST[ddd] ?? [-3]));
const phone = (ddd: number): string => `+55${ddd}912345678`;
const midnightUtc = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 1000;
const hoursOf = (date: string): readonly [number, number] | undefined => {
  const weekday = (midnightUtc(date) / DAY + 4) % 7;
  if (HOLIDAYS.has(date) || weekday === 0) return undefined;
  return weekday === 6 ? [9, 13] : [9, 18];
};
/** The seconds (UTC) in which all of the places are open, [first, last); none on a day without sending. */
function openSeconds(ddd: number, date: string): readonly [number, number] | undefined {
  const hours = hoursOf(date);
  const offsets = offsetsOf(ddd);
  if (!hours) return undefined;
  const [first, last] = hours.map((hour) => midnightUtc(date) + hour * HOUR) as [number, number];
  return [first - Math.min(...offsets) * HOUR, last - Math.max(...offsets) * HOUR];
}

const dateText = (days: number): string => new Date(days * DAY * 1000).toISOString().slice(0, 10);
const date = fc.oneof(
  fc.constantFrom("2026-12-31", "2027-01-01", "2028-02-28", "2028-02-29", "2028-03-01", "2027-12-31", "2032-02-29"),
  fc.constantFrom(...NATIONAL_HOLIDAYS),
  fc.integer({ min: midnightUtc("2019-12-01") / DAY, max: midnightUtc("2036-01-01") / DAY }).map(dateText),
);
/** Seconds from the UTC midnight that begins the offers' day: any, and those beside a full hour. */
const second = fc.oneof(
  fc.integer({ min: -6 * HOUR, max: 32 * HOUR }),
  fc.tuple(fc.integer({ min: -6, max: 32 }), fc.integer({ min: -2, max: 2 })).map(([hour, by]) => hour * HOUR + by),
);
const ddd = fc.oneof(fc.constantFrom(11, 81, 92, 68, 97, 20), fc.integer({ min: 11, max: 99 }));
const runs = { numRuns: 3000 };

test("opens, closes and counts the seconds left as the offsets of a number's places say", () => {
  fc.assert(
    fc.property(ddd, date, second, (code, day, seconds) => {
      const now = midnightUtc(day) + seconds;
      const opening = openingFor(phone(code), day, HOLIDAYS, now * 1000);
      const open = openSeconds(code, day);
      if (!open) expect(opening.open).toBe(false);
      else if (now < open[0]) expect(opening).toEqual({ open: false, why: "not_open_yet" });
      else if (now < open[1]) expect(opening).toEqual({ open: true, secondsLeft: open[1] - now });
      else expect(opening).toEqual({ open: false, why: "window_closed" });
    }),
    runs,
  );
});

test("with a clock that is up to an hour off sends at most that much too early or late, and on no other day", () => {
  const off = fc.integer({ min: -HOUR, max: HOUR });
  fc.assert(
    fc.property(ddd, date, second, off, (code, day, seconds, skew) => {
      const now = midnightUtc(day) + seconds;
      if (!openingFor(phone(code), day, HOLIDAYS, (now + skew) * 1000).open) return;
      const hours = hoursOf(day);
      for (const offset of offsetsOf(code)) {
        const local = now + offset * HOUR;
        expect(dateText(Math.floor(local / DAY))).toBe(day);
        expect((local % DAY) / HOUR).toBeGreaterThanOrEqual(hours![0] - 1);
        expect((local % DAY) / HOUR).toBeLessThan(hours![1] + 1);
      }
    }),
    runs,
  );
});

test("calls a day over when no number can be messaged on it any more, and not before", () => {
  const places = Array.from({ length: 89 }, (_, index) => index + 11);
  fc.assert(
    fc.property(date, second, (day, seconds) => {
      const now = midnightUtc(day) + seconds;
      const ends = places.flatMap((code) => openSeconds(code, day)?.[1] ?? []);
      if (ends.length > 0) expect(dayIsOver(day, HOLIDAYS, now * 1000)).toBe(now >= Math.max(...ends));
    }),
    { numRuns: 500 },
  );
});
