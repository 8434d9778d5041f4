// What the command line of `npm run night` asks for, checked before anything is asked of AWS.
import { parseArgs } from "node:util";
import { DateTime } from "luxon";
import { checkStandIn } from "../environment-place";

/** One night to run, and where. */
export interface NightOptions {
  readonly environment: string;
  /** Loopback address of the AWS stand-in of a run that is kept, for `local`. */
  readonly endpoint?: string;
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

/** Reads the command line; `todayIn` says an environment's local day. Throws an error of one sentence. */
export function readNightOptions(
  args: readonly string[],
  environments: readonly string[],
  todayIn: (environment: string) => string,
): NightOptions {
  const flags = { refreeze: flag, "rebuild-snapshots": flag, supersede: flag, watch: flag };
  const options = { env: text, date: text, endpoint: text, ...flags };
  const { values } = parseArgs({ args: [...args], options });
  const { env, date, endpoint, refreeze, "rebuild-snapshots": rebuildSnapshots, supersede, watch } = values;
  if (!env || !date) throw new Error(`--env and --date are needed: ${USAGE}`);
  if (!environments.includes(env)) throw new Error(`--env: received ${env}, known are ${environments.join(", ")}.`);
  checkStandIn(env, "endpoint", "AWS stand-in", endpoint);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !DateTime.fromISO(date).isValid)
    throw new Error(`--date: received ${date}, a calendar day written yyyy-MM-dd is expected.`);
  const today = todayIn(env);
  if (date > today) throw new Error(`--date: received ${date}, after today (${today}): its events are not there yet.`);
  const wishes = { businessDate: date, refreeze, rebuildSnapshots, supersede, watch };
  return { environment: env, ...wishes, ...(endpoint === undefined ? {} : { endpoint }) };
}
