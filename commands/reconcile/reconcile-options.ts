// What the command line of `npm run reconcile` asks for, checked before anything is asked.
import { parseArgs } from "node:util";
import type { Environment } from "../../environments/environment";
import { checkStandIn, dateNamed, environmentNamed } from "../environment-place";

/** A day of an environment. */
export interface ReconcileOptions {
  readonly environment: Environment;
  /** yyyy-MM-dd */
  readonly offerDate: string;
  /** The AWS stand-in of a run that is kept, for `local`. */
  readonly endpoint?: string;
  /** Twilio's API, without a trailing slash. */
  readonly twilioUrl: string;
}

/** How to call it. */
export const USAGE =
  "npm run reconcile -- --env E --date yyyy-MM-dd (for local: --endpoint http://127.0.0.1:PORT --twilio http://127.0.0.1:PORT)";

/** Reads the command line. Throws an error of one sentence. */
export function readReconcileOptions(args: readonly string[], environments: readonly Environment[]): ReconcileOptions {
  const text = { type: "string" } as const;
  const options = { env: text, date: text, endpoint: text, twilio: text };
  const { env, date, endpoint, twilio } = parseArgs({ args: [...args], options }).values;
  const environment = environmentNamed(env, environments, USAGE);
  const offerDate = dateNamed("date", date, USAGE);
  checkStandIn(environment.name, "endpoint", "AWS stand-in", endpoint);
  checkStandIn(environment.name, "twilio", "Twilio stand-in", twilio);
  const twilioUrl = twilio ?? environment.sending.twilioBaseUrl;
  return { environment, offerDate, twilioUrl, ...(endpoint === undefined ? {} : { endpoint }) };
}
