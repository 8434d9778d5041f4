// What the command line of `npm run import-history` asks for, checked before a line is read.
import { parseArgs } from "node:util";
import { commandPlace, type Place } from "../place";

/** One file to import, and where to. */
export type ImportOptions = Place & { readonly file: string };

/** How to call it. */
export const USAGE = "npm run import-history -- FILE.jsonl --env E [--endpoint http://127.0.0.1:PORT]";

const text = { type: "string" } as const;

/** Reads the command line. Throws an error of one sentence. */
export function readImportOptions(args: readonly string[], environments: readonly string[]): ImportOptions {
  const options = { env: text, endpoint: text };
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0 || !values.env) throw new Error(`One file and --env are needed: ${USAGE}`);
  return { file, ...commandPlace(values.env, values.endpoint, environments) };
}
