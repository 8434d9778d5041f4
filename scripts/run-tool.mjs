// Runs one tool of the setup: its output goes to a log file, a failure becomes one sentence a newcomer can act on.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./files.mjs";

const heartbeatMilliseconds = 15_000;

/** Signs of a full disk and of a missing network in the output of npm, pip, uv, Ivy and Node. */
const causes = [
  {
    signs: /ENOSPC|No space left on device|os error 28/,
    sentence: "the disk is full (a first start needs about 4 GB)",
  },
  {
    signs:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|Network is unreachable|Name or service not known|Temporary failure in name resolution|NewConnectionError|dns error|error sending request|client error \(Connect\)|UnknownHostException|Connection refused|unresolved dependency|from versions: none/i,
    sentence: "there is no way to the package registries over the network",
  },
];

/** One sentence about what went wrong, from an error or a tool's output. */
export function causeOf(text) {
  return causes.find(({ signs }) => signs.test(text))?.sentence;
}

/** A failure that is already worded for the person at the keyboard. */
export class SetupError extends Error {}

/**
 * Runs a command; resolves when it ends well, rejects with a SetupError otherwise.
 * @param {{what: string, command: string, args: string[], env?: Record<string, string | undefined>, cwd?: string, say: (line: string) => void}} step
 */
export function runTool({ what, command, args, env = {}, cwd = root, say }) {
  const log = path.join(
    root,
    ".local",
    "logs",
    `setup-${what
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join("-")}.log`,
  );
  mkdirSync(path.dirname(log), { recursive: true });
  const begin = Date.now();
  const seconds = () => Math.round((Date.now() - begin) / 1000);
  say(`setup: ${what} …`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => output.push(bytes));
    const heartbeat = setInterval(() => say(`setup: ${what} … ${seconds()} s`), heartbeatMilliseconds);
    const stop = () => child.kill("SIGTERM");
    process.once("exit", stop);
    const end = (problem) => {
      clearInterval(heartbeat);
      process.removeListener("exit", stop);
      const text = Buffer.concat(output).toString("utf8");
      try {
        writeFileSync(log, text);
      } catch {
        // A full disk is reported below, from the tool's own output.
      }
      if (problem === undefined) {
        say(`setup: ${what} ready after ${seconds()} s`);
        resolve();
        return;
      }
      const why = causeOf(text) ?? causeOf(problem) ?? problem;
      const again = "what is already there is kept, so simply run the command again afterwards";
      reject(new SetupError(`Setting up ${what} failed: ${why}; ${again} (log: ${path.relative(root, log)}).`));
    };
    child.once("error", (error) => end(error.message));
    child.once("close", (code, signal) => {
      if (code === 0) end();
      else end(signal ? `it was ended by ${signal}` : `${path.basename(command)} ended with exit code ${code}`);
    });
  });
}
