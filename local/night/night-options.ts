// What the command line asks for, checked before anything starts.
import { parseArgs } from "node:util";
import { nightInstants } from "../player/played-instants";
import { type FaultScript, FaultScriptError, readFaultScript } from "../twilio/fault-script";
import { messageOf, NightError } from "./night-error";

/** A run's options. */
export interface NightOptions {
  /** The events file; the week that ships when absent. */
  readonly events?: string;
  /** The business date, yyyy-MM-dd; the newest day of the events when absent. */
  readonly date?: string;
  /** The out folder; `.local/nights/<business date>` when absent. */
  readonly out?: string;
  /** How Twilio's stand-in misbehaves; not at all when absent. */
  readonly faults?: FaultScript;
  /** Leave everything running when the night is over. */
  readonly keep: boolean;
  /** The ingestion API's port; 0 is any free one. */
  readonly port: number;
}

/** How to call it. */
export const USAGE =
  "npm start -- [--events FILE.jsonl] [--date YYYY-MM-DD] [--out DIR] [--faults FILE.json] [--port N] [--keep]";

/** Reads the command line. Throws NightError with one sentence. */
export const readOptions = (args: readonly string[]): NightOptions & { readonly help: boolean } => {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    const [what = ""] = messageOf(error).split(/\n|\. /);
    throw new NightError(`${what}; the options are those of ${USAGE}.`);
  }
  const { events, date, out, keep = false, help = false } = values;
  // Any zone will do to see whether it is a date of the calendar.
  if (date !== undefined && !nightInstants(date, "UTC"))
    throw new NightError(`--date must be a calendar date as YYYY-MM-DD, got ${JSON.stringify(date)}.`);
  const port = Number(values.port ?? "0");
  if (!/^\d{1,5}$/.test(values.port ?? "0") || port > 65_535)
    throw new NightError(`--port must be a number from 0 to 65535, got ${JSON.stringify(values.port)}.`);
  for (const [name, value] of Object.entries({ events, out, faults: values.faults }))
    if (value === "") throw new NightError(`--${name} is empty.`);
  const faults = values.faults === undefined || help ? undefined : faultsIn(values.faults);
  return { events, date, out, faults, keep, port, help };
};

const faultsIn = (file: string): FaultScript => {
  try {
    return readFaultScript(file);
  } catch (error) {
    if (error instanceof FaultScriptError) throw new NightError(error.message);
    throw error;
  }
};

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      events: { type: "string" },
      date: { type: "string" },
      out: { type: "string" },
      faults: { type: "string" },
      keep: { type: "boolean" },
      port: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  }).values;
