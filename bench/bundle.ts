// Bundles as the Lambdas are bundled, for what a benchmark compares them with.
import path from "node:path";
import { buildSync } from "esbuild";

/** Writes one file that needs no node_modules. */
export const bundleForNode = (entry: string, outfile: string): void => {
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    mainFields: ["module", "main"],
    minify: true,
    nodePaths: [path.join(__dirname, "..", "..", "node_modules")],
    legalComments: "none",
    charset: "utf8",
  });
};
