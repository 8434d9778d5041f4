// What the command line of `npm run lift` asks for, checked before anything is asked.
import { parseArgs } from "node:util";
import { DateTime } from "luxon";
import type { Environment } from "../../environments/environment";
import { type CommandPlace, dateNamed, placeNamed } from "../environment-place";

/** Offer dates of an environment. */
export interface LiftOptions extends CommandPlace {
  /** The first and the last offer date, yyyy-MM-dd. */
  readonly from: string;
  readonly to: string;
  /** Days after an offer in which a purchase counts. */
  readonly days: number;
}

/** How to call it. */
export const USAGE =
  "npm run lift -- --env E --from yyyy-MM-dd --to yyyy-MM-dd [--days 7] (for local: --endpoint http://127.0.0.1:PORT)";

const USUAL_DAYS = "7";
const MOST_DAYS = 60;
// A year of rows and sales is what one machine reads in a coffee break.
const MOST_OFFER_DATES = 366;

/** Every date from one to another, both included. */
export function datesBetween(from: string, to: string): string[] {
  const dates: string[] = [];
  for (let date = DateTime.fromISO(from, { zone: "utc" }); date.toISODate()! <= to; date = date.plus({ days: 1 }))
    dates.push(date.toISODate()!);
  return dates;
}

/** Reads the command line. Throws an error of one sentence. */
export function readLiftOptions(args: readonly string[], environments: readonly Environment[]): LiftOptions {
  const text = { type: "string" } as const;
  const options = { env: text, from: text, to: text, days: text, endpoint: text };
  const { values } = parseArgs({ args: [...args], options });
  const { days = USUAL_DAYS } = values;
  const place = placeNamed(values, environments, USAGE);
  const [from, to] = [dateNamed("from", values.from, USAGE), dateNamed("to", values.to, USAGE)];
  if (from > to || datesBetween(from, to).length > MOST_OFFER_DATES)
    throw new Error(`--to: received ${to}, expected ${from} or up to ${MOST_OFFER_DATES} dates from there: ${USAGE}`);
  if (!/^\d{1,2}$/.test(days) || Number(days) < 1 || Number(days) > MOST_DAYS)
    throw new Error(`--days: received ${days}, expected 1 to ${MOST_DAYS}: ${USAGE}`);
  return { ...place, from, to, days: Number(days) };
}
