// Turns a JSON value into a Glue column's value as the OpenX deserializer does, or says which column it could not be:
// missing is null, unknown attributes are dropped, and no value is ever bent to fit.
import type { GlueField, GlueType } from "./glue-type";
import type { ParquetRow } from "./parquet-file";

/** A value that is not of its column's type. Names the column and the types, never the value. */
export class ConversionError extends Error {
  constructor(column: string, expected: string, value: unknown) {
    super(`column ${column}: expected ${expected}, found ${nameOf(value)}`);
    this.name = "ConversionError";
  }
}

export interface OpenXOptions {
  /** `case_insensitive`: attribute names are lower-cased before they are looked up. */
  readonly caseInsensitive: boolean;
}

/** The row of one record; throws a ConversionError. */
export function convertRecord(record: unknown, columns: readonly GlueField[], options: OpenXOptions): ParquetRow {
  const source = objectOf(record, "record", "object", options);
  return columns.map(({ name, type }) => convert(own(source, name), type, name, options));
}

function convert(value: unknown, type: GlueType, column: string, options: OpenXOptions): unknown {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case "string":
      return textOf(value);
    case "bigint":
      return int64(value, column);
    case "boolean":
      if (typeof value === "boolean") return value;
      throw new ConversionError(column, type.kind, value);
    case "date":
      return epochDay(value, column);
    case "timestamp":
      return epochMs(value, column);
    case "decimal":
      return unscaled(value, type.precision, type.scale, column);
    case "array":
      if (!Array.isArray(value)) throw new ConversionError(column, type.kind, value);
      return value.map((element) => convert(element, type.element, `${column}[]`, options));
    case "struct": {
      const source = objectOf(value, column, type.kind, options);
      const fields = type.fields.map(({ name, type: inner }) => [
        name,
        convert(own(source, name), inner, `${column}.${name}`, options),
      ]);
      return Object.fromEntries(fields);
    }
  }
}

/** OpenX gives a string column whatever JSON text the value has. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function int64(value: unknown, column: string): bigint {
  const isText = typeof value === "string" && /^[+-]?\d+$/.test(value);
  if (!isText && !Number.isInteger(value) && typeof value !== "bigint")
    throw new ConversionError(column, "bigint", value);
  const integer = BigInt(value as string | number | bigint);
  if (BigInt.asIntN(64, integer) !== integer) throw new ConversionError(column, "bigint within 64 bits", value);
  return integer;
}

/** By the number's shortest text, so that 0.1 is exactly 0.1000. */
function unscaled(value: unknown, precision: number, scale: number, column: string): bigint {
  const expected = `decimal(${precision},${scale})`;
  if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "string") {
    throw new ConversionError(column, expected, value);
  }
  const parts = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(String(value));
  if (parts === null) throw new ConversionError(column, expected, value);
  const [, sign, whole = "", fraction = "", exponent = "0"] = parts;
  const shift = scale - fraction.length + Number(exponent);
  let digits = whole + fraction;
  if (shift < 0) {
    if (/[1-9]/.test(digits.slice(shift))) throw new ConversionError(column, `${expected}, no more decimals`, value);
    digits = digits.slice(0, shift);
  } else {
    digits += "0".repeat(shift);
  }
  const magnitude = BigInt(digits === "" ? "0" : digits);
  if (magnitude >= 10n ** BigInt(precision)) throw new ConversionError(column, `${expected}, no more digits`, value);
  return sign === "-" ? -magnitude : magnitude;
}

function epochDay(value: unknown, column: string): number {
  const parts = typeof value === "string" ? /^(\d{4})-(\d{2})-(\d{2})$/.exec(value) : null;
  const ms = parts === null ? undefined : utc(parts.slice(1).map(Number));
  if (ms === undefined) throw new ConversionError(column, "date yyyy-MM-dd", value);
  return ms / 86_400_000;
}

// An offset such as -03:00 is a conversion failure, and so is a local time with a Z or a T without one.
const timestampForms = [
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z$/,
  /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?$/,
];
// Eleven digits of seconds reach the year 5138; of milliseconds, 1973.
const millisecondsFrom = 100_000_000_000;

function epochMs(value: unknown, column: string): bigint {
  if (typeof value === "string") {
    const parts = timestampForms.map((form) => form.exec(value)).find((found) => found !== null);
    const ms = parts && utc(parts.slice(1, 7).map(Number));
    if (ms !== undefined) return BigInt(ms) + BigInt((parts?.[7] ?? "").slice(0, 3).padEnd(3, "0"));
  } else if (typeof value === "number" && Number.isFinite(value)) {
    return BigInt(Math.trunc(Math.abs(value) >= millisecondsFrom ? value : value * 1000));
  }
  throw new ConversionError(column, "timestamp in UTC", value);
}

/** Epoch ms of a real calendar date and time, else undefined. */
function utc([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: number[]): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const isReal =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return isReal ? date.getTime() : undefined;
}

function objectOf(value: unknown, column: string, expected: string, { caseInsensitive }: OpenXOptions): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConversionError(column, expected, value);
  }
  if (!caseInsensitive) return value;
  const hasUpperCase = Object.keys(value).some((key) => key !== key.toLowerCase());
  if (!hasUpperCase) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toLowerCase(), inner]));
}

function own(source: object, name: string): unknown {
  return Object.hasOwn(source, name) ? (source as Record<string, unknown>)[name] : undefined;
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
