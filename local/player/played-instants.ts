// When things happen on the played clock: the business date, and the instant at which each line is received.
import { DateTime } from "luxon";

const SECOND = 1000;
// A line is played within this many days before the business date, or at its last minute.
const OLDEST_DAYS = 400;

/** The instants that a business date fixes, epoch ms. */
export interface NightInstants {
  readonly businessDate: string;
  readonly offerDate: string;
  /** D − 400 days, 00:00 local. */
  readonly oldest: number;
  /** D 22:55 local: what cannot be played at its own time is played here. */
  readonly lastPlayed: number;
  /** D 23:00 local: the run's logical date. */
  readonly nightStarts: number;
  /** D+1 08:00 local. */
  readonly dispatchStarts: number;
  /** D+2 00:00 local: no scheduled instant of D+1 is later. */
  readonly dispatchEnds: number;
}

/** The instants of business date `businessDate` (yyyy-MM-dd) in `timeZone`; undefined when it is no calendar date. */
export const nightInstants = (businessDate: string, timeZone: string): NightInstants | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(businessDate)) return undefined;
  const day = DateTime.fromISO(businessDate, { zone: timeZone });
  if (!day.isValid) return undefined;
  // A day that begins an hour late, without its midnight, shifts no other day: each begins when its own clock says.
  const start = (days: number) => day.plus({ days }).startOf("day");
  const at = (days: number, hour: number, minute = 0) => start(days).set({ hour, minute }).toMillis();
  return {
    businessDate,
    offerDate: start(1).toISODate() ?? "",
    oldest: start(-OLDEST_DAYS).toMillis(),
    lastPlayed: at(0, 22, 55),
    // Where clocks are put back at midnight 23:00 comes twice, and a schedule takes the second.
    nightStarts: start(1).minus({ hours: 1 }).toMillis(),
    dispatchStarts: at(1, 8),
    dispatchEnds: start(2).toMillis(),
  };
};

/** The local day of an instant, yyyy-MM-dd. */
export const localDay = (instant: number, timeZone: string): string =>
  DateTime.fromMillis(instant, { zone: timeZone }).toISODate() ?? "";

/** What a line says about its own time; `received` is `unreadable` when it is there but no RFC 3339 instant. */
export interface LineTimes {
  readonly received?: number | "unreadable";
  readonly occurred?: number;
}

/** The instant at which a line is played. */
export const playedInstant = (times: LineTimes, night: NightInstants): number => {
  if (times.received !== undefined)
    return times.received === "unreadable" || times.received > night.lastPlayed ? night.lastPlayed : times.received;
  if (times.occurred === undefined) return night.lastPlayed;
  const instant = times.occurred + SECOND;
  return instant >= night.oldest && instant < night.lastPlayed ? instant : night.lastPlayed;
};
