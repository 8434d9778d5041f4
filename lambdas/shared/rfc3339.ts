// One reading of a time on the wire, for the collector and everyone who plays or checks its events: RFC 3339 with an
// offset, on a date that exists. What it refuses is never guessed.

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS_TO_1970 = 719_163;
const ZERO = 48;

/** Milliseconds of the epoch, cut (not rounded) to whole ones; undefined when the text is no RFC 3339 date-time. */
export function parseRfc3339(text: string): number | undefined {
  const days = daysOf(text);
  const t = text.charCodeAt(10) | 32;
  if (days === NO_DATE || t !== 116 || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return undefined;
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return undefined;

  let at = 19;
  let milliseconds = 0;
  if (text.charCodeAt(at) === 46) {
    const first = ++at;
    for (let scale = 100; isDigit(text.charCodeAt(at)); at++, scale = Math.floor(scale / 10)) {
      milliseconds += (text.charCodeAt(at) - ZERO) * scale;
    }
    if (at === first) return undefined;
  }

  const offset = offsetMinutes(text, at);
  if (offset === undefined) return undefined;
  const utcMinutes = days * 1_440 + hour * 60 + minute - offset;
  // A leap second is inserted after 23:59:59 UTC; computers have no room for it, so it is the next day's first.
  if (second === 60 && ((utcMinutes % 1_440) + 1_440) % 1_440 !== 1_439) return undefined;
  return utcMinutes * 60_000 + second * 1_000 + milliseconds;
}

/** Whether the text is an RFC 3339 full-date that exists. */
export const isFullDate = (text: string): boolean => text.length === 10 && daysOf(text) !== NO_DATE;

const DAY_MILLISECONDS = 86_400_000;
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, "0"));

// The last day that was written: events come by the day, and Date's own text costs as much as judging an event.
let lastDay = Number.NaN;
let lastDate = "";

/** The instant as the platform writes it: UTC with milliseconds, `2026-11-22T22:45:00.000Z`. */
export function toUtc(epochMs: number): string {
  const day = Math.floor(epochMs / DAY_MILLISECONDS);
  if (day !== lastDay) {
    lastDate = new Date(day * DAY_MILLISECONDS).toISOString().slice(0, -"00:00:00.000Z".length);
    lastDay = day;
  }
  const time = epochMs - day * DAY_MILLISECONDS;
  const seconds = Math.floor(time / 1_000);
  const milliseconds = time - seconds * 1_000;
  const minutes = Math.floor(seconds / 60);
  const clock = `${TWO_DIGITS[Math.floor(minutes / 60)]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}`;
  return `${lastDate}${clock}.${milliseconds < 100 ? "0" : ""}${milliseconds < 10 ? "0" : ""}${milliseconds}Z`;
}

const NO_DATE = Number.NEGATIVE_INFINITY;

/** Days since 1970-01-01 of the date that the text begins with. */
function daysOf(text: string): number {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return NO_DATE;
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1)) return NO_DATE;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > DAYS_IN_MONTH[month - 1]! + (leap && month === 2 ? 1 : 0)) return NO_DATE;
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  return 365 * past + leapDays + DAYS_BEFORE_MONTH[month - 1]! + (leap && month > 2 ? 1 : 0) + day - DAYS_TO_1970;
}

/** Minutes east of UTC, when nothing follows them. */
function offsetMinutes(text: string, at: number): number | undefined {
  const sign = text.charCodeAt(at);
  if ((sign | 32) === 122) return text.length === at + 1 ? 0 : undefined;
  if ((sign !== 43 && sign !== 45) || text.length !== at + 6 || text.charCodeAt(at + 3) !== 58) return undefined;
  const hours = twoDigits(text, at + 1);
  const minutes = twoDigits(text, at + 4);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  return (sign === 43 ? 1 : -1) * (hours * 60 + minutes);
}

const isDigit = (code: number): boolean => code >= ZERO && code <= 57;

/** The number that two digits say, NaN-safe: far below zero when they are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at);
  const ones = text.charCodeAt(at + 1);
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : -1_000_000;
}
