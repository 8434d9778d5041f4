// One digest for everything that a synthesized stack consists of: its JSON and its assets, by path and byte.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** What Terraform leaves in a stack's folder is hidden, and no part of the stack. */
const isOurs = (name) => !name.split("/").some((part) => part.startsWith("."));

/** @param {string} folder the stack's folder below cdktf.out */
export function stackDigest(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = entries.map((entry) =>
    path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"),
  );
  const hash = createHash("sha256");
  for (const name of names.filter(isOurs).sort()) {
    const bytes = readFileSync(path.join(folder, name));
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}
