// Nobody is messaged outside Mon–Fri 09–18 and Sat 09–13 of their own clock, on a Sunday or on a holiday.
// Where a number's zone is not certain, every zone it may live in must be open.
import { STRICTEST_ZONES, ZONES_BY_DDD } from "./ddd-zones";
import { dddOf } from "./phone";

/** The hours of each weekday, 0 = Sunday: [first, last) local hour, or none. */
const HOURS: readonly (readonly [number, number] | undefined)[] = [
  undefined,
  [9, 18],
  [9, 18],
  [9, 18],
  [9, 18],
  [9, 18],
  [9, 13],
];

/** What the clock on a wall says in a zone. */
export type LocalTime = { readonly date: string; readonly secondOfDay: number };

/** Whether a message may leave now, and for how many seconds more. */
export type Opening =
  | { readonly open: true; readonly secondsLeft: number }
  | { readonly open: false; readonly why: "not_a_sending_day" | "not_open_yet" | "window_closed" };

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** The local date (yyyy-MM-dd) and second of the day of an instant (epoch ms) in an IANA zone. */
export function localTime(now: number, zone: string): LocalTime {
  const parts: Record<string, string> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(now)) parts[type] = value;
  return {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    secondOfDay: Number(parts.hour) * 3600 + Number(parts.minute) * 60 + Number(parts.second),
  };
}

const weekdayOf = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay();

/** Whether anything may be sent at all on a date. */
export const isSendingDay = (date: string, holidays: ReadonlySet<string>): boolean =>
  HOURS[weekdayOf(date)] !== undefined && !holidays.has(date);

/** The zones in which a number may live. */
export const zonesOf = (phone: string): readonly string[] =>
  ZONES_BY_DDD.get(dddOf(phone) ?? "unknown") ?? STRICTEST_ZONES;

function openingIn(zone: string, offerDate: string, holidays: ReadonlySet<string>, now: number): Opening {
  const { date, secondOfDay } = localTime(now, zone);
  if (date < offerDate) return { open: false, why: "not_open_yet" };
  if (date > offerDate) return { open: false, why: "window_closed" };
  const hours = HOURS[weekdayOf(date)];
  if (!hours || holidays.has(date)) return { open: false, why: "not_a_sending_day" };
  if (secondOfDay < hours[0] * 3600) return { open: false, why: "not_open_yet" };
  const secondsLeft = hours[1] * 3600 - secondOfDay;
  return secondsLeft > 0 ? { open: true, secondsLeft } : { open: false, why: "window_closed" };
}

/** Whether the offers of `offerDate` may be sent to this number at this instant: the strictest of its zones decides. */
export function openingFor(phone: string, offerDate: string, holidays: ReadonlySet<string>, now: number): Opening {
  let secondsLeft = Number.POSITIVE_INFINITY;
  let closed: Opening | undefined;
  for (const zone of zonesOf(phone)) {
    const opening = openingIn(zone, offerDate, holidays, now);
    if (opening.open) secondsLeft = Math.min(secondsLeft, opening.secondsLeft);
    else if (!closed || opening.why === "window_closed") closed = opening;
  }
  return closed ?? { open: true, secondsLeft };
}

/** Whether no zone of the country can still be open for the offers of that date. */
export const dayIsOver = (offerDate: string, holidays: ReadonlySet<string>, now: number): boolean =>
  STRICTEST_ZONES.every((zone) => {
    const opening = openingIn(zone, offerDate, holidays, now);
    return !opening.open && opening.why !== "not_open_yet";
  });
