// The same files give the same zip bytes on every machine and at every time: paths sorted, one fixed date, and nothing
// compressed, so that no compressor's version has a say.
import { zipSync } from "fflate";

/** One file of an archive; `path` has forward slashes and is relative to the archive's root. */
export interface ArchiveEntry {
  readonly path: string;
  readonly content: Uint8Array;
}

// The zip format has no earlier date; noon keeps it on the same day whatever the machine's zone does.
const FIXED_DATE = new Date(1980, 0, 1, 12, 0, 0);

// What is packed is small and uploaded once a deploy.
const STORED = 0;

/** A zip of `entries`, whatever their order. Two entries of one path are refused. */
export function archive(entries: readonly ArchiveEntry[]): Uint8Array {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  const files: Record<string, Uint8Array> = {};
  for (const { path, content } of sorted) {
    if (Object.hasOwn(files, path))
      throw new Error(`The archive would hold ${path} twice: give each file its own path.`);
    files[path] = content;
  }
  return zipSync(files, { level: STORED, mtime: FIXED_DATE });
}
