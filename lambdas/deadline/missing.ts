// What is missing of a day's offers when they should be there: the publication itself, or a chain whose night failed.
// A chain without data is no failure. Offers that are there are told of all the same when another model stepped in for
// the champion, when objects of the lake could not be used, or when a chain has fallen silent and its offers grow old.

/** One thing that is missing. */
export type Missing = {
  readonly what:
    | "not_published"
    | "unreadable"
    | "chain_failed"
    | "champion_refused"
    | "objects_set_aside"
    | "chain_silent";
  readonly tenantId?: string;
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

/** What is missing by the text of the day's manifest, undefined when there is none. */
export function missingOf(manifest: string | undefined, offerDate: string): Missing[] {
  if (manifest === undefined) return [{ what: "not_published" }];
  let document: unknown;
  try {
    document = JSON.parse(manifest);
  } catch {
    return [{ what: "unreadable" }];
  }
  if (!isObject(document) || document.offer_date !== offerDate || !isObject(document.tenants)) {
    return [{ what: "unreadable" }];
  }
  const { model, tenants, objects_set_aside: setAside } = document;
  const isFallback = isObject(model) && model.fallback_level !== "champion";
  const failed = Object.entries(tenants).flatMap(([tenantId, report]): Missing[] =>
    isObject(report) && (report.status === "OK" || report.status === "NO_DATA")
      ? []
      : [{ what: "chain_failed", tenantId }],
  );
  const silent = Object.entries(tenants).flatMap(([tenantId, report]): Missing[] =>
    isObject(report) && isSilent(report.newest_purchase, offerDate) ? [{ what: "chain_silent", tenantId }] : [],
  );
  return [
    ...(isFallback ? [{ what: "champion_refused" } as const] : []),
    ...(Array.isArray(setAside) && setAside.length > 0 ? [{ what: "objects_set_aside" } as const] : []),
    ...failed,
    ...silent,
  ];
}
