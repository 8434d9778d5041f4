// One log file a component; a write that fails (a full disk) fails the run instead of getting lost.
import { closeSync, openSync, writeSync } from "node:fs";

/** A log file, open for appending. */
export interface RunLog {
  /** For a child process to write to. */
  readonly descriptor: number;
  /** Writes one line with the machine's time. */
  write(line: string): void;
  close(): void;
}

/** Opens (or continues) the log `file`. */
export const openLog = (file: string): RunLog => {
  const descriptor = openSync(file, "a");
  let open = true;
  return {
    descriptor,
    write: (line) => {
      if (open) writeSync(descriptor, `${line}\n`);
    },
    close: () => {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
};
