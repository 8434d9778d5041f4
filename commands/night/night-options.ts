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
  /** Replace what is published. */
  readonly supersede: boolean;
  /** Stay until the night has ended, and end as it ends. */
  readonly watch: boolean;
}

/** How to call it. */
export const USAGE =
  "npm run night -- --env E --date yyyy-MM-dd [--refreeze] [--supersede] [--watch] [--endpoint http://127.0.0.1:PORT]";

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

/** Reads the command line; `todayIn` says an environment's local day. Throws an error of one sentence. */
export function readNightOptions(
  args: readonly string[],
  environments: readonly string[],
  todayIn: (environment: string) => string,
): NightOptions {
  const options = { env: text, date: text, endpoint: text, refreeze: flag, supersede: flag, watch: flag };
  const { values } = parseArgs({ args: [...args], options });
  const { env, date, endpoint, refreeze, supersede, watch } = values;
  if (!env || !date) throw new Error(`--env and --date are needed: ${USAGE}`);
  if (!environments.includes(env)) throw new Error(`--env: received ${env}, known are ${environments.join(", ")}.`);
  checkStandIn(env, "endpoint", "AWS stand-in", endpoint);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !DateTime.fromISO(date).isValid)
    throw new Error(`--date: received ${date}, a calendar day written yyyy-MM-dd is expected.`);
  const today = todayIn(env);
  if (date > today) throw new Error(`--date: received ${date}, after today (${today}): its events are not there yet.`);
  const wishes = { businessDate: date, refreeze, supersede, watch };
  return { environment: env, ...wishes, ...(endpoint === undefined ? {} : { endpoint }) };
}
