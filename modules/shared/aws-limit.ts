// The forms in which AWS limits an attribute, each as a rule; an attribute that is not set keeps every limit.
import { isWhole, type Rule } from "./rules";

/** An attribute as it was set: the provider's classes keep it under `<name>Input`. */
export type Attribute<T> = Extract<keyof T, `${string}Input`>;

/** The value that `received` picks fits; `source` is AWS's page that says so. */
export function limit<T, Value>(
  rule: string,
  received: (resource: T) => Value | undefined,
  fits: (value: Value) => boolean,
  source: string,
): Rule<T> {
  const holds = (resource: T) => {
    const value = received(resource);
    return value === undefined || isReference(value) || fits(value);
  };
  return { rule, received, holds, remedy: `see ${source}` };
}

/** Whether a text refers to what only Terraform knows. */
const isReference = (value: unknown) => typeof value === "string" && value.includes("${");

const nameOf = (attribute: string) => attribute.replace(/Input$/, "");

/** A text of `least` to `most` characters that match `pattern` as a whole. */
export function named<T>(
  attribute: Attribute<T>,
  least: number,
  most: number,
  pattern: RegExp,
  source: string,
): Rule<T> {
  const rule = `${nameOf(attribute)} has ${least}–${most} characters and matches ${pattern.source}`;
  const fits = (text: string) => text.length >= least && text.length <= most && pattern.test(text);
  return limit(rule, (resource: T) => resource[attribute] as string | undefined, fits, source);
}

// Intl would say the same, and take a fortieth of the synth to begin with.
const grouped = (number: number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

/** A whole number from `least` to `most`. */
export function within<T>(attribute: Attribute<T>, least: number, most: number, source: string): Rule<T> {
  const [from, to] = [least, most].map(grouped);
  return limit(
    `${nameOf(attribute)} is a whole number from ${from} to ${to}`,
    (resource: T) => resource[attribute] as number | undefined,
    (value) => isWhole(value, least, most),
    source,
  );
}

/** One of `values`. */
export function oneOf<T>(attribute: Attribute<T>, values: readonly number[], source: string): Rule<T> {
  return limit(
    `${nameOf(attribute)} is one of ${values.join(", ")}`,
    (resource: T) => resource[attribute] as number | undefined,
    (value) => values.includes(value),
    source,
  );
}
