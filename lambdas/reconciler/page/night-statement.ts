// What a manifest states of its night. An older one states less, and what is not as expected is not stated: a reader for
// people never stops at it.

const ROW_COUNTS = [
  "read",
  "used",
  "duplicates",
  "conflicts",
  "set_aside",
  "out_of_window",
  "late",
  "anonymous",
] as const;
export type RowCount = (typeof ROW_COUNTS)[number];

/** Rows by what became of them, as far as it is stated. */
export type RowCounts = Readonly<Partial<Record<RowCount, number>>>;

/** One chain's night. */
export type ChainNight = {
  readonly status?: string;
  /** Why its night failed, in a sentence. */
  readonly failure?: string;
  readonly lines?: number;
  readonly byLevel?: ReadonlyMap<string, number>;
  /** RFC 3339. */
  readonly newestPurchase?: string;
};

/** An object of the lake that the night did not use. */
export type ObjectSetAside = { readonly key?: string; readonly reason?: string; readonly rows?: number };

/** The whole night. */
export type NightStatement = {
  readonly businessDate?: string;
  readonly model: { readonly name?: string; readonly version?: string; readonly level?: string };
  readonly counts: RowCounts;
  readonly byContract?: ReadonlyMap<string, RowCounts>;
  readonly objectsSetAside?: readonly ObjectSetAside[];
  readonly chains?: ReadonlyMap<string, ChainNight>;
  /** Lines of the published files. */
  readonly fileLines?: number;
};

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});
const countOf = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Adds up; unknown when a part is. */
export const sumOf = (parts: Iterable<number | undefined>): number | undefined =>
  [...parts].reduce<number | undefined>(
    (sum, part) => (sum === undefined || part === undefined ? undefined : sum + part),
    0,
  );

function mapOf<T>(value: unknown, each: (value: unknown) => T): ReadonlyMap<string, T> | undefined {
  if (!isObject(value)) return undefined;
  const named = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return new Map(named.map(([name, its]) => [name, each(its)]));
}

/** Counts by name; not stated as a whole when one of them is none. */
function countsOf(value: unknown): ReadonlyMap<string, number> | undefined {
  const counts = mapOf(value, countOf);
  if (!counts || sumOf(counts.values()) === undefined) return undefined;
  return new Map([...counts].map(([name, count]) => [name, count ?? 0]));
}

const rowCounts = (value: unknown): RowCounts =>
  Object.fromEntries(
    ROW_COUNTS.flatMap((name) => {
      const count = countOf(objectOf(value)[name]);
      return count === undefined ? [] : [[name, count]];
    }),
  );

function chainNight(value: unknown): ChainNight {
  const chain = objectOf(value);
  return {
    status: textOf(chain.status),
    failure: textOf(chain.failure),
    lines: countOf(chain.lines),
    byLevel: countsOf(chain.by_fallback_level),
    newestPurchase: textOf(chain.newest_purchase),
  };
}

function setAside(value: unknown): ObjectSetAside {
  const { key, reason, rows } = objectOf(value);
  return { key: textOf(key), reason: textOf(reason), rows: countOf(rows) };
}

function parsed(text: string): JsonObject {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Reads a manifest's text. Never throws. */
export function nightStatement(manifestText: string): NightStatement {
  const { business_date, model, counts, by_contract, objects_set_aside, tenants, files } = parsed(manifestText);
  const { name, version, fallback_level } = objectOf(model);
  return {
    businessDate: textOf(business_date),
    model: { name: textOf(name), version: textOf(version), level: textOf(fallback_level) },
    counts: rowCounts(counts),
    byContract: mapOf(by_contract, rowCounts),
    objectsSetAside: Array.isArray(objects_set_aside) ? objects_set_aside.map(setAside) : undefined,
    chains: mapOf(tenants, chainNight),
    fileLines: Array.isArray(files) ? sumOf(files.map((file) => countOf(objectOf(file).lines))) : undefined,
  };
}
