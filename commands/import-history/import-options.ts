// What the command line of `npm run import-history` asks for, checked before a line is read.
import { parseArgs } from "node:util";
import type { Environment } from "../../environments/environment";
import { type CommandPlace, placeNamed } from "../environment-place";

/** One file to import, and where to. */
export interface ImportOptions extends CommandPlace {
  readonly file: string;
}

/** How to call it. */
export const USAGE = "npm run import-history -- FILE.jsonl --env E [--endpoint http://127.0.0.1:PORT]";

const text = { type: "string" } as const;

/** Reads the command line. Throws an error of one sentence. */
export function readImportOptions(args: readonly string[], environments: readonly Environment[]): ImportOptions {
  const options = { env: text, endpoint: text };
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new Error(`One file is needed: ${USAGE}`);
  return { ...placeNamed(values, environments, USAGE), file };
}
