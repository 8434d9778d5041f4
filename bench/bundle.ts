// Bundles as the Lambdas are bundled, for what a benchmark compares them with.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import { repositoryRoot } from "../local/lambda/repository-root";

/** Writes one file that needs no node_modules. */
export const bundleForNode = (entry: string, outfile: string): void => {
  buildSync({
    entryPoints: [entry],
    outfile,
    nodePaths: [join(repositoryRoot(), "node_modules")],
    ...(JSON.parse(readFileSync(join(repositoryRoot(), "scripts/lambda-bundle.json"), "utf8")) as BuildOptions),
  });
};
