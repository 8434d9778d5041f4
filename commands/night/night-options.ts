// What the command line of `npm run night` asks for, checked before anything is asked of AWS.
import { parseArgs } from "node:util";
import type { Environment } from "../../environments/environment";
import { type CommandPlace, dateNamed, placeNamed } from "../environment-place";

/** One night to run, and where. */
export interface NightOptions extends CommandPlace {
  /** D, `yyyy-MM-dd`: the offers are for the day after it. */
  readonly businessDate: string;
  /** Freeze the input anew. */
  readonly refreeze: boolean;
  /** Make the snapshots of all changes, not of the previous night's and those since. */
  readonly rebuildSnapshots: boolean;
  /** Replace what is published. */
  readonly supersede: boolean;
  /** Stay until the night has ended, and end as it ends. */
  readonly watch: boolean;
}

/** What the DAG is asked for, by its parameters' names. */
export const dagParametersOf = (night: NightOptions): Readonly<Record<string, string | boolean>> => ({
  business_date: night.businessDate,
  refreeze: night.refreeze,
  rebuild_snapshots: night.rebuildSnapshots,
  supersede: night.supersede,
});

/** How to call it. */
export const USAGE =
  "npm run night -- --env E --date yyyy-MM-dd [--refreeze] [--rebuild-snapshots] [--supersede] [--watch] [--endpoint http://127.0.0.1:PORT]";

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

/** Reads the command line; `todayIn` says the local day of a time zone. Throws an error of one sentence. */
export function readNightOptions(
  args: readonly string[],
  environments: readonly Environment[],
  todayIn: (timeZone: string) => string,
): NightOptions {
  const flags = { refreeze: flag, "rebuild-snapshots": flag, supersede: flag, watch: flag };
  const options = { env: text, date: text, endpoint: text, ...flags };
  const { values } = parseArgs({ args: [...args], options });
  const { refreeze, "rebuild-snapshots": rebuildSnapshots, supersede, watch } = values;
  const place = placeNamed(values, environments, USAGE);
  const businessDate = dateNamed("date", values.date, USAGE);
  const today = todayIn(place.environment.timeZone);
  if (businessDate > today)
    throw new Error(`--date: received ${businessDate}, after today (${today}): its events are not there yet.`);
  return { ...place, businessDate, refreeze, rebuildSnapshots, supersede, watch };
}
