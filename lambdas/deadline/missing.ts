// What is missing of a day's offers when they should be there: the publication itself, a chain whose offers are withheld,
// or one that had purchases the day before and has none. A chain that never had any is no failure. Offers that are there
// are told of all the same when another model stepped in for the champion, when objects of the lake could not be used or
// none could be compacted, or when a chain has fallen silent and its offers grow old.

/** One thing that is missing. */
export type Missing = {
  readonly what:
    | "not_published"
    | "unreadable"
    | "chain_failed"
    | "chain_without_data"
    | "champion_refused"
    | "objects_set_aside"
    | "compaction_failed"
    | "chain_silent";
  readonly tenantId?: string;
  /** Why a chain or the compaction failed, as the night says it. */
  readonly failure?: string;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const DAY_MS = 86_400_000;
// Shops close on a Sunday and a holiday beside it; who sends nothing for a week is known by then, or has left.
const SILENT_DAYS = { from: 3, until: 7 };

/** Whether the chain's newest purchase lies so far before the day of the offers that nothing came when it should have. */
const isSilent = (newestPurchase: unknown, offerDate: string): boolean => {
  const days = (Date.parse(offerDate) - Date.parse(String(newestPurchase))) / DAY_MS;
  return days >= SILENT_DAYS.from && days < SILENT_DAYS.until;
};

type Manifest = {
  readonly model: unknown;
  readonly tenants: Record<string, unknown>;
  readonly setAside: unknown;
  readonly compaction: unknown;
};

/** The manifest of that day in `text`; undefined when it is none. */
const manifestIn = (text: string, offerDate: string): Manifest | undefined => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(document) || document.offer_date !== offerDate || !isObject(document.tenants)) return undefined;
  const { model, tenants, objects_set_aside: setAside, compaction } = document;
  return { model, tenants, setAside, compaction };
};

const failureOf = (report: unknown): string | undefined =>
  isObject(report) && typeof report.failure === "string" ? report.failure : undefined;

const hasData = (report: unknown): boolean => isObject(report) && report.status !== "NO_DATA";

const failed = ([tenantId, report]: readonly [string, unknown]): Missing[] => {
  if (isObject(report) && (report.status === "OK" || report.status === "NO_DATA")) return [];
  const failure = failureOf(report);
  return [{ what: "chain_failed", tenantId, ...(failure !== undefined && { failure }) }];
};

// The nights to come read the objects themselves, and take longer each day.
const uncompacted = (compaction: unknown): Missing[] => {
  const failure = failureOf(compaction);
  return failure === undefined ? [] : [{ what: "compaction_failed", failure }];
};

/** The day that a manifest is compared with: the one before `offerDate`. */
export const dayBefore = (offerDate: string): string =>
  new Date(Date.parse(offerDate) - DAY_MS).toISOString().slice(0, 10);

/** What is missing by the text of the day's manifest, undefined when there is none; `before` is that of the day before. */
export function missingOf(manifest: string | undefined, offerDate: string, before?: string): Missing[] {
  if (manifest === undefined) return [{ what: "not_published" }];
  const today = manifestIn(manifest, offerDate);
  if (!today) return [{ what: "unreadable" }];
  const { model, tenants, setAside, compaction } = today;
  const isFallback = isObject(model) && model.fallback_level !== "champion";
  const earlier = before === undefined ? undefined : manifestIn(before, dayBefore(offerDate));
  const vanished = Object.entries(earlier?.tenants ?? {}).flatMap(([tenantId, report]): Missing[] =>
    hasData(report) && !hasData(tenants[tenantId]) ? [{ what: "chain_without_data", tenantId }] : [],
  );
  const silent = Object.entries(tenants).flatMap(([tenantId, report]): Missing[] =>
    isObject(report) && isSilent(report.newest_purchase, offerDate) ? [{ what: "chain_silent", tenantId }] : [],
  );
  return [
    ...(isFallback ? [{ what: "champion_refused" } as const] : []),
    ...(Array.isArray(setAside) && setAside.length > 0 ? [{ what: "objects_set_aside" } as const] : []),
    ...uncompacted(compaction),
    ...Object.entries(tenants).flatMap(failed),
    ...vanished,
    ...silent,
  ];
}
