// What the command line of `npm run replay` asks for, checked before anything is read.
import { parseArgs } from "node:util";
import type { Environment } from "../../environments/environment";
import { EVENT_CODES } from "../../lambdas/collector/rejection-codes";
import { type CommandPlace, chainNamed, checkStandIn, dateNamed, placeNamed } from "../environment-place";
import type { ReplayChoice } from "./replay-events";

/** What is replayed, and where. */
export interface ReplayOptions extends ReplayChoice, CommandPlace {
  /** Local dates of arrival, both included, yyyy-MM-dd. */
  readonly from: string;
  readonly to: string;
  readonly dryRun: boolean;
  /** Its Firehose stand-in, for `local`. */
  readonly firehose?: string;
}

/** How to call it. */
export const USAGE =
  "npm run replay -- --env E --from yyyy-MM-dd --to yyyy-MM-dd [--chain C] [--reason CODE] [--dry-run] (for local: --endpoint http://127.0.0.1:PORT --firehose http://127.0.0.1:PORT)";

const text = { type: "string" } as const;
const OPTIONS = {
  ...{ env: text, from: text, to: text, chain: text, reason: text, endpoint: text, firehose: text },
  "dry-run": { type: "boolean" },
} as const;

/** Reads the command line. Throws an error of one sentence. */
export function readReplayOptions(args: readonly string[], environments: readonly Environment[]): ReplayOptions {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const { chain, reason, firehose, "dry-run": dryRun = false } = values;
  const place = placeNamed(values, environments, USAGE);
  const [from, to] = [dateNamed("from", values.from, USAGE), dateNamed("to", values.to, USAGE)];
  if (from > to) throw new Error(`--from: received ${from}, which is after --to ${to}.`);
  if (chain !== undefined) chainNamed(chain, USAGE);
  if (reason !== undefined && !Object.hasOwn(EVENT_CODES, reason))
    throw new Error(`--reason: received ${reason}, known are ${Object.keys(EVENT_CODES).join(", ")}.`);
  checkStandIn(place.environment.name, "firehose", "Firehose stand-in", firehose);
  const given = Object.entries({ chain, reason, firehose }).filter(([, value]) => value !== undefined);
  return { ...place, from, to, dryRun, ...Object.fromEntries(given) };
}
