// The local date and time by which the lake is partitioned, cheap enough for every event: a zone's offset changes only at
// quarters of an hour, so what Intl says once holds for the quarter.

/** How finely the lake is cut by time. */
export type Granularity = "day" | "hour" | "minute";

/** Stamped partition keys of time. */
export type TimeStamps = { readonly event_date: string; readonly event_hour?: string; readonly event_minute?: string };

const QUARTER_MILLISECONDS = 15 * 60_000;
// 400 days of quarters; a clock that runs on starts afresh.
const QUARTERS_KEPT = 40_000;

/** A function that stamps an instant with its local partition keys in `timeZone`. Throws on an unknown zone. */
export function timeStamper(timeZone: string, granularity: Granularity): (epochMs: number) => TimeStamps {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const quarters = new Map<number, { date: string; hour: string; minute: number }>();

  function quarterOf(quarter: number) {
    const known = quarters.get(quarter);
    if (known) return known;
    const parts = format.formatToParts(quarter * QUARTER_MILLISECONDS);
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
    const date = `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
    const made = { date, hour: part("hour"), minute: Number(part("minute")) };
    if (quarters.size >= QUARTERS_KEPT) quarters.clear();
    quarters.set(quarter, made);
    return made;
  }

  return (epochMs) => {
    const quarter = Math.floor(epochMs / QUARTER_MILLISECONDS);
    const { date, hour, minute } = quarterOf(quarter);
    if (granularity === "day") return { event_date: date };
    if (granularity === "hour") return { event_date: date, event_hour: hour };
    const past = Math.floor((epochMs - quarter * QUARTER_MILLISECONDS) / 60_000);
    return { event_date: date, event_hour: hour, event_minute: String(minute + past).padStart(2, "0") };
  };
}
