// The out folder: one run at a time works in `<out>.partial`, and only a night that is whole gets the real name.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { NightError, systemCodeOf } from "./night-error";

/** The folders of one run. */
export interface Workspace {
  /** The name that the whole night will have. */
  readonly out: string;
  /** Where the night is put together. */
  readonly partial: string;
  /** Where each component's log lies at this moment. */
  logs(): string;
  /** For what no one reads afterwards: Airflow's home, unpacked functions, Spark's shuffle files. Always of a plain name. */
  readonly work: string;
  /** Gives the night its name; an earlier whole night of that name is replaced. */
  publish(): void;
  /** Keeps the logs of a failed run beside the name; where they are, or undefined when nothing was logged. */
  keepLogs(): string | undefined;
  /** Removes what is not a whole night and lets others use the name again. */
  close(): void;
}

// A small night takes about 100 MB while it runs.
const MEBIBYTE = 1024 * 1024;
const NEEDED_FREE_BYTES = 200 * MEBIBYTE;

/** Bytes that a user may still write on the file system that holds `path`. */
export const freeBytes = (path: string): number => {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) === "EPERM";
  }
};

const lock = (file: string, out: string): void => {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (systemCodeOf(error) !== "EEXIST") throw error;
      const pid = Number(readFileSync(file, "utf8"));
      if (pid > 0 && pid !== process.pid && isRunning(pid))
        throw new NightError(
          `Another run (process ${pid}) is writing to ${out}: wait for it, or give another --out; if that process is no such run, remove ${file}.`,
        );
      // Left by a run that was killed.
      rmSync(file, { force: true });
    }
  }
  throw new NightError(`Another run has just started to write to ${out}: wait for it, or give another --out.`);
};

const refuseForeignFolder = (out: string): void => {
  if (!existsSync(out)) return;
  let entries: readonly string[];
  try {
    entries = readdirSync(out);
  } catch (error) {
    throw new NightError(`--out ${out} is not a folder that can be written (${systemCodeOf(error)}).`);
  }
  if (entries.length > 0 && !entries.includes("summary.json"))
    throw new NightError(`--out ${out} holds something other than a night: give a new or empty folder.`);
};

/** Makes a folder and those above it, one by one: where none can be made, as in /proc, Node's own way never ends. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if (systemCodeOf(error) !== "EEXIST") throw error;
  }
};

const remove = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

// What every component takes in a folder's name: Airflow expands a %, and Spark spells blanks and accents in its own way.
const PLAIN = /^[A-Za-z0-9._/@+=-]+$/;

/** The folder, or one that stands for it where files of a moment lie; the machine's own such folder may be odd itself. */
const plainFolder = (folder: string, temporaryFolders: readonly string[]): string => {
  if (PLAIN.test(folder)) return folder;
  const temporary = temporaryFolders.find((each) => PLAIN.test(each) && existsSync(each));
  if (temporary === undefined)
    throw new NightError(`TMPDIR is ${temporaryFolders[0]}: name a folder of letters, digits and ._/@+=- only.`);
  return join(temporary, `mercafacil-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`);
};

/** Locks the name `out` and creates the folders to work in. Throws NightError. */
export const openWorkspace = (
  out: string,
  temporaryFolders: readonly string[] = [tmpdir(), "/tmp", "/var/tmp"],
): Workspace => {
  refuseForeignFolder(out);
  const partial = `${out}.partial`;
  const work = plainFolder(`${out}.work`, temporaryFolders);
  const failed = `${out}.failed`;
  const lockFile = `${out}.lock`;
  try {
    makeFolder(dirname(out));
    lock(lockFile, out);
  } catch (error) {
    if (error instanceof NightError) throw error;
    throw new NightError(`--out ${out} cannot be written (${systemCodeOf(error) ?? error}).`);
  }
  let published = false;
  const close = () => {
    for (const folder of [partial, work]) remove(folder);
    rmSync(lockFile, { force: true });
  };
  const logs = () => join(published ? out : partial, "logs");
  try {
    for (const folder of [partial, work, failed]) remove(folder);
    const free = freeBytes(dirname(out));
    if (free < NEEDED_FREE_BYTES)
      throw new NightError(
        `The disk that holds ${dirname(out)} has ${Math.floor(free / MEBIBYTE)} MB free, a night needs ${NEEDED_FREE_BYTES / MEBIBYTE} MB: free some, or give another --out.`,
      );
    for (const folder of [work, logs()]) mkdirSync(folder, { recursive: true });
  } catch (error) {
    close();
    throw error;
  }
  return {
    out,
    partial,
    logs,
    work,
    close,
    publish: () => {
      const earlier = `${out}.earlier`;
      remove(earlier);
      if (existsSync(out)) renameSync(out, earlier);
      renameSync(partial, out);
      published = true;
      remove(earlier);
    },
    keepLogs: () => {
      if (published || readdirSync(logs()).length === 0) return undefined;
      mkdirSync(failed, { recursive: true });
      renameSync(logs(), join(failed, "logs"));
      return join(failed, "logs");
    },
  };
};
