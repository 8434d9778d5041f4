// Everything a stack ships (bundles, DAGs, Spark code, models) is found from one folder: the package's own,
// or the one the App names in its context, so that a copy elsewhere synthesizes the same bytes.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Construct } from "constructs";

/** Context key by which an App names another folder than the package's own. */
export const SOURCE_ROOT = "sourceRoot";

/** The nearest folder at or above `start` that holds a package.json: the same from `modules/` and from `dist/modules/`. */
export function packageRoot(start: string = __dirname): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (dirname(folder) === folder) {
      throw new Error(`No package.json at or above ${start}: run from an installed package or a clone.`);
    }
  }
}

/** The absolute path of a shipped file or folder. */
export function sourcePath(scope: Construct, ...segments: readonly string[]): string {
  const named: unknown = scope.node.tryGetContext(SOURCE_ROOT);
  return join(typeof named === "string" ? named : packageRoot(), ...segments);
}
