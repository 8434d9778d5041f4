// The checks that compiled validators call: formats and limits which JSON Schema cannot say, in one place.
import { isFullDate, parseRfc3339 } from "../lambdas/shared/rfc3339";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The formats that contracts use. */
export const formats = {
  uuid: (text: string): boolean => UUID.test(text),
  date: isFullDate,
  "date-time": (text: string): boolean => parseRfc3339(text) !== undefined,
};

const DECIMAL_LIMIT = 1e14;
// Below it ten thousand times a number with 4 decimals is told apart from its neighbours by a double.
const EXACT_BELOW = 1e11;

/** Whether decimal(18,4) holds the number as its shortest text says it: at most 14 digits before the point, 4 after. */
export function isDecimal(value: number): boolean {
  if (Number.isSafeInteger(value)) return Math.abs(value) < DECIMAL_LIMIT;
  const size = Math.abs(value);
  if (size < EXACT_BELOW) return Math.round(value * 10_000) / 10_000 === value;
  if (!(size < DECIMAL_LIMIT)) return false;
  const text = String(size);
  return text.length - text.indexOf(".") - 1 <= 4;
}

/** Whether the integer is the one that was sent: JSON numbers are doubles, which skip some beyond 2^53. */
export const isExactInteger = (value: number): boolean => Number.isSafeInteger(value);

/** Whether the text is Unicode that every store holds: no lone surrogate, since any two of them would get one token. */
export const isText = (text: string): boolean => text.isWellFormed();
