// Numbers as people read them: thousands apart, shares that never round to all or nothing, instants on the local clock.
import { DateTime } from "luxon";

/** 1234567 as `1,234,567`. */
export const number = (value: number): string => value.toLocaleString("en-US");

/** `1 file`, `2 files`. */
export const counted = (count: number, what: string): string => `${number(count)} ${what}${count === 1 ? "" : "s"}`;

/** A part of a whole in per cent with one decimal; undefined without a whole. */
export function share(part: number, whole: number): string | undefined {
  if (whole <= 0) return undefined;
  if (part === 0 || part === whole) return `${(100 * part) / whole} %`;
  const rounded = ((100 * part) / whole).toFixed(1);
  if (rounded === "0.0") return "< 0.1 %";
  return rounded === "100.0" && part < whole ? "> 99.9 %" : `${rounded} %`;
}

/** An RFC 3339 instant on a zone's clock; what is none stays as it is. */
export function localInstant(instant: string, timeZone: string): string {
  const at = DateTime.fromISO(instant, { zone: timeZone });
  return at.isValid ? at.toFormat("yyyy-MM-dd HH:mm") : instant;
}
