import fc from "fast-check";
import { isFullDate, parseRfc3339, toUtc } from "./rfc3339";

const pad = (value: number, width = 2) => String(value).padStart(width, "0");

describe("a time on the wire", () => {
  it("is the instant it says, whatever its offset, letter case and fraction", () => {
    const parts = fc.record({
      epochMs: fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2400, 0, 1) }),
      sign: fc.constantFrom(1, -1),
      hours: fc.integer({ min: 0, max: 23 }),
      minutes: fc.integer({ min: 0, max: 59 }),
      more: fc.stringMatching(/^[0-9]{0,9}$/),
      lower: fc.boolean(),
    });
    fc.assert(
      fc.property(parts, ({ epochMs, sign, hours, minutes, more, lower }) => {
        const local = new Date(epochMs + sign * (hours * 60 + minutes) * 60_000).toISOString();
        const text = `${local.slice(0, -1)}${more}${sign > 0 ? "+" : "-"}${pad(hours)}:${pad(minutes)}`;
        expect(parseRfc3339(lower ? text.toLowerCase() : text)).toBe(epochMs);
      }),
    );
  });

  it("exists only on dates that exist", () => {
    const digits = fc.record({
      year: fc.integer({ min: 0, max: 9999 }),
      month: fc.integer({ min: 0, max: 13 }),
      day: fc.integer({ min: 0, max: 32 }),
    });
    fc.assert(
      fc.property(digits, ({ year, month, day }) => {
        const text = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
        const date = new Date(`${text}T00:00:00Z`);
        const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
        expect(isFullDate(text)).toBe(exists);
        expect(parseRfc3339(`${text}T00:00:00Z`)).toBe(exists ? date.getTime() : undefined);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    "2026-02-30T10:00:00Z",
    "2025-02-29T10:00:00Z",
    "2026-11-22T24:00:00Z",
    "2026-11-22T10:60:00Z",
    "2026-11-22T10:00:00+24:00",
    "2026-11-22T10:00:00-03:60",
    "2026-11-22T10:00:00-0300",
    "2026-11-22T10:00:00-03",
    "2026-11-22T10:00:00",
    "2026-11-22 10:00:00Z",
    "2026-11-22T10:00:00.Z",
    "2026-11-22T10:00:00,5Z",
    "2026-11-22T10:00Z",
    "2026-11-22",
    "20261122T100000Z",
    "+02026-11-22T10:00:00Z",
    "2026-11-22T10:00:00Z ",
    " 2026-11-22T10:00:00Z",
    "２026-11-22T10:00:00Z",
    "2026-11-22T10:00:60Z",
    "2026-11-22T10:00:61Z",
    "-001-11-22T10:00:00Z",
    "",
  ])("is refused when it is %j", (text) => {
    expect(parseRfc3339(text)).toBeUndefined();
  });

  it("may be a leap second, which is the next second, wherever in the world it is said", () => {
    const next = Date.UTC(2017, 0, 1);
    expect(parseRfc3339("2016-12-31T23:59:60Z")).toBe(next);
    expect(parseRfc3339("2016-12-31T20:59:60.25-03:00")).toBe(next + 250);
    expect(parseRfc3339("2016-12-31T23:59:60-03:00")).toBeUndefined();
  });

  it("is written in UTC as Date writes it, whatever was written before", () => {
    const instants = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2400, 0, 1) });
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            instants,
            instants.map((epochMs) => epochMs % 100_000_000),
          ),
        ),
        (all) => {
          for (const epochMs of all) expect(toUtc(epochMs)).toBe(new Date(epochMs).toISOString());
        },
      ),
    );
  });

  it("is cut to milliseconds, never rounded into the next second", () => {
    expect(toUtc(parseRfc3339("2026-11-22T23:59:59.9999999-03:00")!)).toBe("2026-11-23T02:59:59.999Z");
    expect(toUtc(parseRfc3339("0000-01-01T00:00:00Z")!)).toBe("0000-01-01T00:00:00.000Z");
  });
});
