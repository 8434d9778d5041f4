// The local date and time by which the lake is partitioned, cheap enough for every event: a zone's offset changes only at
// quarters of an hour, so what Intl says once holds for the quarter.

/** How finely the lake is cut by time. */
export type Granularity = "day" | "hour" | "minute";

/** Gives the partition keys of an instant, as the inside of a JSON object: `"event_date":"2026-11-22","event_hour":"19"`. */
export type TimeStamper = (epochMs: number) => string;

const QUARTER_MILLISECONDS = 15 * 60_000;
// 400 days of quarters; a clock that runs on starts afresh.
const QUARTERS_KEPT = 40_000;

/** The stamper of a time zone. Throws on an unknown one. */
export function timeStamper(timeZone: string, granularity: Granularity): TimeStamper {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const quarters = new Map<number, { stamps: string; minute: number }>();

  function quarterOf(quarter: number) {
    const known = quarters.get(quarter);
    if (known) return known;
    const parts = format.formatToParts(quarter * QUARTER_MILLISECONDS);
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
    const date = `"event_date":"${part("year").padStart(4, "0")}-${part("month")}-${part("day")}"`;
    const stamps = granularity === "day" ? date : `${date},"event_hour":"${part("hour")}"`;
    const made = { stamps, minute: Number(part("minute")) };
    if (quarters.size >= QUARTERS_KEPT) quarters.clear();
    quarters.set(quarter, made);
    return made;
  }

  return (epochMs) => {
    const quarter = Math.floor(epochMs / QUARTER_MILLISECONDS);
    const { stamps, minute } = quarterOf(quarter);
    if (granularity !== "minute") return stamps;
    const past = Math.floor((epochMs - quarter * QUARTER_MILLISECONDS) / 60_000);
    return `${stamps},"event_minute":"${String(minute + past).padStart(2, "0")}"`;
  };
}
