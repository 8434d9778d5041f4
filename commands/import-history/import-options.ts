// What the command line of `npm run import-history` asks for, checked before a line is read.
import { parseArgs } from "node:util";
import { checkStandIn } from "../environment-place";

/** One file to import, and where to. */
export interface ImportOptions {
  readonly file: string;
  readonly environment: string;
  /** Loopback address of the AWS stand-in of a run that is kept, for `local`. */
  readonly endpoint?: string;
}

/** How to call it. */
export const USAGE = "npm run import-history -- FILE.jsonl --env E [--endpoint http://127.0.0.1:PORT]";

const text = { type: "string" } as const;

/** Reads the command line. Throws an error of one sentence. */
export function readImportOptions(args: readonly string[], environments: readonly string[]): ImportOptions {
  const options = { env: text, endpoint: text };
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0 || !values.env) throw new Error(`One file and --env are needed: ${USAGE}`);
  const { env, endpoint } = values;
  if (!environments.includes(env)) throw new Error(`--env: received ${env}, known are ${environments.join(", ")}.`);
  checkStandIn(env, "endpoint", "AWS stand-in", endpoint);
  return { file, environment: env, ...(endpoint === undefined ? {} : { endpoint }) };
}
