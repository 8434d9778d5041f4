// What ships of a folder is listed the same way everywhere: sorted, tests and caches left out.
import { readdirSync } from "node:fs";
import { join } from "node:path";

const LEFT_OUT = [
  /^\./,
  /^__pycache__$/,
  /^tests?$/,
  /^test_/,
  /^conftest\.py$/,
  /_test\.py$/,
  /\.test\.ts$/,
  /\.pyc$/,
];

/** Paths of the files under `folder`, relative to it with forward slashes, in byte order; tests and caches excluded. */
export function shippedFiles(folder: string, below = ""): string[] {
  const entries = readdirSync(join(folder, below), { withFileTypes: true });
  return entries
    .filter((entry) => !LEFT_OUT.some((pattern) => pattern.test(entry.name)))
    .flatMap((entry) => {
      const path = below ? `${below}/${entry.name}` : entry.name;
      return entry.isDirectory() ? shippedFiles(folder, path) : [path];
    })
    .sort((a, b) => (a < b ? -1 : 1));
}
