// Finds and fingerprints files, so that a step runs again exactly when the bytes it reads have changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the project: every other path is relative to it. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** All files below the given files and folders (missing ones are skipped) whose path `keep` accepts, sorted. */
export function filesBelow(names, keep = () => true) {
  const found = [];
  const visit = (name) => {
    const absolute = path.join(root, name);
    if (!existsSync(absolute)) return;
    if (statSync(absolute).isFile()) {
      if (keep(name)) found.push(name);
      return;
    }
    for (const entry of readdirSync(absolute, { withFileTypes: true })) {
      if (entry.name === "node_modules" || entry.name === "__pycache__" || entry.name.startsWith(".")) continue;
      const below = path.join(name, entry.name);
      if (entry.isDirectory()) visit(below);
      else if (entry.isFile() && keep(below)) found.push(below);
    }
  };
  for (const name of names) visit(name);
  return found.sort();
}

/** SHA-256 over the names and bytes of the files, and over the given texts. */
export function fingerprint(names, ...texts) {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text}\0`);
  for (const name of names) {
    const bytes = readFileSync(path.join(root, name));
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

/** Whether the stamp file holds exactly this text. */
export function stamped(stamp, text) {
  const absolute = path.join(root, stamp);
  return existsSync(absolute) && readFileSync(absolute, "utf8") === text;
}

/** Writes a file whole or not at all: to a temporary name beside it, then renamed. */
export function writeWhole(name, content) {
  const absolute = path.join(root, name);
  mkdirSync(path.dirname(absolute), { recursive: true });
  const temporary = `${absolute}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, absolute);
  } finally {
    rmSync(temporary, { force: true });
  }
}
