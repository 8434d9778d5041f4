// Finds the repository from the sources and from the compiled tree alike, for the files that no compiler copies.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder that holds package.json, above `from`. */
export function repositoryRoot(from: string = __dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json in ${from} or above it`);
  }
}
