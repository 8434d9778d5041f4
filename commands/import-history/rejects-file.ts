// What an import could not take, one line each, beside the file that was imported; a place where it cannot be written is
// told before anything is imported.
import { closeSync, openSync, writeSync } from "node:fs";

/** The open list of rejected lines. */
export interface RejectsFile {
  readonly path: string;
  /** Adds a line: its number from 1, why, and where in the event. Throws what the disk throws. */
  readonly add: (line: number, code: string, place: string) => void;
  readonly close: () => void;
}

/** Begins `FILE.rejected.tsv` anew. Throws one sentence when it cannot be written. */
export function openRejects(file: string): RejectsFile {
  const path = `${file}.rejected.tsv`;
  let descriptor: number;
  try {
    descriptor = openSync(path, "w");
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new Error(`${path} cannot be written (${code}): rejected lines are listed there, so move the events file.`);
  }
  return {
    path,
    add: (line, code, place) => void writeSync(descriptor, `${line}\t${code}\t${place}\n`),
    close: () => closeSync(descriptor),
  };
}
