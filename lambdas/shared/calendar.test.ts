import fc from "fast-check";
import { dayIsOver, isSendingDay, localTime, openingFor, zonesOf } from "./calendar";

const NONE: ReadonlySet<string> = new Set();
const MONDAY = "2026-11-23";
const at = (text: string): number => Date.parse(text);
const phone = (ddd: number): string => `+55${ddd}912345678`;

describe("the calendar", () => {
  test.each([
    // number, first open second and first closed second of Monday, in UTC
    ["São Paulo", phone(11), "12:00:00", "21:00:00"],
    ["Manaus", phone(92), "13:00:00", "22:00:00"],
    ["Acre", phone(68), "14:00:00", "23:00:00"],
    ["Cuiabá", phone(65), "13:00:00", "22:00:00"],
    ["Recife and Noronha share 81: both must be open", phone(81), "12:00:00", "20:00:00"],
    ["western Amazonas has two zones: both must be open", phone(97), "14:00:00", "22:00:00"],
    ["an unknown area code waits for all four offsets", phone(20), "14:00:00", "20:00:00"],
    ["a foreign number waits for all four offsets", "+14155550123", "14:00:00", "20:00:00"],
  ])("opens and closes to the second: %s", (_, number, opens, closes) => {
    const open = (time: string, offset: number): boolean =>
      openingFor(number, MONDAY, NONE, at(`${MONDAY}T${time}Z`) + offset).open;
    expect([open(opens, -1), open(opens, 0), open(closes, -1), open(closes, 0)]).toEqual([false, true, true, false]);
  });

  test("says how many seconds are left, to the strictest of a number's zones", () => {
    const noon = at("2026-11-23T15:00:00Z");
    expect(openingFor(phone(11), MONDAY, NONE, noon)).toEqual({ open: true, secondsLeft: 6 * 3600 });
    expect(openingFor(phone(81), MONDAY, NONE, noon)).toEqual({ open: true, secondsLeft: 5 * 3600 });
  });

  test("closes at 13 on a Saturday and does not open on a Sunday or a holiday", () => {
    const saturday = "2026-11-28";
    expect(openingFor(phone(11), saturday, NONE, at("2026-11-28T15:59:59Z")).open).toBe(true);
    expect(openingFor(phone(11), saturday, NONE, at("2026-11-28T16:00:00Z")).open).toBe(false);
    expect(openingFor(phone(11), "2026-11-29", NONE, at("2026-11-29T15:00:00Z"))).toEqual({
      open: false,
      why: "not_a_sending_day",
    });
    expect(openingFor(phone(11), MONDAY, new Set([MONDAY]), at("2026-11-23T15:00:00Z")).open).toBe(false);
    expect(isSendingDay("2026-11-29", NONE)).toBe(false);
    expect(isSendingDay(saturday, NONE)).toBe(true);
    expect(isSendingDay(MONDAY, new Set([MONDAY]))).toBe(false);
  });

  test("sends the offers of no other day than the recipient's own", () => {
    const mondayNoon = at("2026-11-23T15:00:00Z");
    expect(openingFor(phone(11), "2026-11-22", NONE, mondayNoon)).toEqual({ open: false, why: "window_closed" });
    expect(openingFor(phone(11), "2026-11-24", NONE, mondayNoon)).toEqual({ open: false, why: "not_open_yet" });
  });

  test("knows leap days and year ends as days like any other", () => {
    expect(localTime(at("2028-03-01T02:59:59Z"), "America/Sao_Paulo").date).toBe("2028-02-29");
    expect(localTime(at("2027-01-01T01:30:00Z"), "America/Noronha").date).toBe("2026-12-31");
    expect(openingFor(phone(11), "2028-02-29", NONE, at("2028-02-29T15:00:00Z")).open).toBe(true);
  });

  test("is over only when the last zone has closed", () => {
    expect(dayIsOver(MONDAY, NONE, at("2026-11-23T22:59:59Z"))).toBe(false);
    expect(dayIsOver(MONDAY, NONE, at("2026-11-23T23:00:00Z"))).toBe(true);
    expect(dayIsOver(MONDAY, NONE, at("2026-11-22T23:15:00Z"))).toBe(false);
    expect(dayIsOver("2026-11-22", NONE, at("2026-11-22T23:15:00Z"))).toBe(true);
  });

  test("ends by the clock of the last zone, whether or not the others have summer time", () => {
    expect(dayIsOver("2018-11-05", NONE, at("2018-11-05T20:15:00-02:00"))).toBe(false);
    for (const date of ["2018-11-05", MONDAY]) expect(dayIsOver(date, NONE, at(`${date}T18:15:00-05:00`))).toBe(true);
  });

  test("never opens outside 09–18 of any zone that a number may live in", () => {
    const ddd = fc.integer({ min: 11, max: 99 });
    const instant = fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2030-01-01T00:00:00Z") });
    fc.assert(
      fc.property(ddd, instant, (code, now) => {
        const { date } = localTime(now, "America/Sao_Paulo");
        if (!openingFor(phone(code), date, NONE, now).open) return;
        for (const zone of zonesOf(phone(code))) {
          const { secondOfDay } = localTime(now, zone);
          const last = new Date(`${date}T00:00:00Z`).getUTCDay() === 6 ? 13 : 18;
          expect(secondOfDay).toBeGreaterThanOrEqual(9 * 3600);
          expect(secondOfDay).toBeLessThan(last * 3600);
        }
      }),
    );
  });
});
