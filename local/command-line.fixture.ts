// `npm start` as its user calls it, from the compiled command line.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { repositoryRoot } from "./lambda/repository-root";

const start = join(repositoryRoot(), "dist/local/start.js");

/** What a run leaves on the terminal. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a run with those arguments. */
export const begin = (...args: readonly string[]) => {
  const child = spawn(process.execPath, [start, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (text) => {
    output.stdout += text;
  });
  child.stderr.on("data", (text) => {
    output.stderr += text;
  });
  const ended = once(child, "close").then(([code]): Ended => ({ code: code as number | null, ...output }));
  return { child, output, ended };
};

/** A run with those arguments, from beginning to end. */
export const run = (...args: readonly string[]): Promise<Ended> => begin(...args).ended;

/** What a refusal says on the terminal. */
export const oneSentence = /^[A-Z-].*\.(?: Logs: .*)?\n$/;
