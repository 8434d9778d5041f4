// A function's environment is read once, at load, and a missing or malformed variable stops it there by name.

/** The value of a variable; throws when it is missing or empty. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/** A variable that is a number of at least `minimum`. */
export function requiredNumber(name: string, minimum: number): number {
  const value = Number(required(name));
  if (!Number.isFinite(value) || value < minimum) {
    throw new Error(`The environment variable ${name} is not a number from ${minimum}.`);
  }
  return value;
}

/** A variable that is one of a few words. */
export function requiredOneOf<T extends string>(name: string, words: readonly T[]): T {
  const word = words.find((candidate) => candidate === required(name));
  if (word === undefined) throw new Error(`The environment variable ${name} is not one of ${words.join(", ")}.`);
  return word;
}

/** A variable that is JSON. */
export function requiredJson(name: string): unknown {
  try {
    return JSON.parse(required(name));
  } catch {
    throw new Error(`The environment variable ${name} is not set to JSON.`);
  }
}

/** A variable that is a JSON list of dates (yyyy-MM-dd). */
export function requiredDates(name: string): ReadonlySet<string> {
  const dates = requiredJson(name);
  const isDate = (date: unknown): date is string => typeof date === "string" && /^\d{4}-\d{2}-\d{2}$/.test(date);
  if (!Array.isArray(dates) || !dates.every(isDate)) {
    throw new Error(`The environment variable ${name} is not a JSON list of dates (yyyy-MM-dd).`);
  }
  return new Set(dates);
}

/** A variable that is a JSON object of numbers above 0, one of them for `*`. */
export function requiredRates(name: string): ReadonlyMap<string, number> {
  const entries = Object.entries(Object(requiredJson(name)) as Record<string, unknown>);
  const positive = (pair: [string, unknown]): pair is [string, number] => typeof pair[1] === "number" && pair[1] > 0;
  if (!entries.every(positive) || !entries.some(([key]) => key === "*")) {
    throw new Error(`The environment variable ${name} is not a JSON object of numbers above 0, with one for *.`);
  }
  return new Map(entries);
}

/** A variable that is a JSON object of texts, safe for any name. */
export function requiredTexts(name: string): ReadonlyMap<string, string> {
  const texts = requiredJson(name);
  const entries = Object.entries(Object(texts) as Record<string, unknown>);
  if (
    typeof texts !== "object" ||
    texts === null ||
    Array.isArray(texts) ||
    !entries.every((pair) => typeof pair[1] === "string")
  ) {
    throw new Error(`The environment variable ${name} is not a JSON object of texts.`);
  }
  return new Map(entries as [string, string][]);
}
