// What the command line of `npm run reconcile` asks for, checked before anything is asked.
import { parseArgs } from "node:util";
import type { Environment } from "../../environments/environment";
import { type CommandPlace, checkStandIn, dateNamed, placeNamed } from "../environment-place";

/** A day of an environment. */
export interface ReconcileOptions extends CommandPlace {
  /** yyyy-MM-dd */
  readonly offerDate: string;
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
  const { values } = parseArgs({ args: [...args], options });
  const place = placeNamed(values, environments, USAGE);
  const { environment } = place;
  const { date, twilio } = values;
  const offerDate = dateNamed("date", date, USAGE);
  checkStandIn(environment.name, "twilio", "Twilio stand-in", twilio);
  const twilioUrl = twilio ?? environment.sending.twilioBaseUrl;
  return { ...place, offerDate, twilioUrl };
}
