// `npm test`: everything that needs no more than Node and Python, closed by one plain line `N passed, N failed`.
import { spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { root } from "./files.mjs";
import { countPart } from "./test-counts.mjs";
import { allParts, testEnvironment } from "./test-parts.mjs";

const heartbeatMilliseconds = 30_000;
const limitMilliseconds = 35 * 60_000;
const shownLines = 150;
const running = new Map();

const logOf = (part) => path.join(".local", "logs", `test-${part.name.replaceAll(/[^a-z0-9]+/g, "-")}.log`);

/** Ends a part with everything that it started: it leads a process group of its own. */
function end(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}

function runTool(part, log) {
  return new Promise((resolve) => {
    const env = { ...testEnvironment(), ...part.env };
    delete env.FORCE_COLOR;
    const child = spawn(part.command, part.args, { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    running.set(part.name, child);
    const limit = setTimeout(() => {
      log.write(`\nstopped after ${limitMilliseconds / 60_000} minutes\n`);
      end(child, "SIGKILL");
    }, limitMilliseconds);
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => log.write(bytes));
    const finish = (code) => {
      clearTimeout(limit);
      running.delete(part.name);
      log.end(() => resolve(code));
    };
    child.once("error", (error) => log.write(`${error.message}\n`, () => finish(127)));
    child.once("close", (code) => finish(code ?? 1));
  });
}

const lastLines = (text) => text.trimEnd().split("\n").slice(-shownLines).join("\n");

async function runPart(part) {
  const begin = Date.now();
  console.log(`${part.name} …`);
  const log = createWriteStream(path.join(root, logOf(part)));
  if (part.report) rmSync(path.join(root, part.report), { force: true });
  const exitCode = await runTool(part, log);
  const report =
    part.report && existsSync(path.join(root, part.report))
      ? readFileSync(path.join(root, part.report), "utf8")
      : undefined;
  const counts = countPart({ kind: part.kind, report, exitCode });
  const seconds = Math.round((Date.now() - begin) / 1000);
  const notes = counts.notes.length > 0 ? ` (${counts.notes.join("; ")})` : "";
  if (counts.failed > 0) {
    const output = lastLines(readFileSync(path.join(root, logOf(part)), "utf8"));
    console.log(`\n──── ${part.name} failed; all of its output: ${logOf(part)}\n${output}\n────`);
  }
  console.log(`${part.name}: ${counts.passed} passed, ${counts.failed} failed${notes} · ${seconds} s`);
  return counts;
}

async function runLane(parts) {
  const results = [];
  for (const part of parts) results.push(await runPart(part));
  return results;
}

/** The parts that were asked for by name, or all. */
function chosen(names) {
  const parts = allParts();
  const known = parts.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name) && name !== "mypy");
  if (unknown.length > 0) throw new Error(`There is no part "${unknown.join('", "')}". Parts: ${known.join(", ")}.`);
  return names.length === 0
    ? parts
    : parts.filter(({ name }) => names.includes(name) || names.includes(name.split(" ")[0]));
}

async function main() {
  const parts = chosen(process.argv.slice(2));
  mkdirSync(path.join(root, ".local", "logs"), { recursive: true });
  const heartbeat = setInterval(
    () => console.log(`… at work: ${[...running.keys()].join(", ")}`),
    heartbeatMilliseconds,
  );
  const lane = (number) => runLane(parts.filter((part) => part.lane === number));
  const results = [...(await Promise.all([lane(1), lane(2)])).flat(), ...(await lane(3))];
  clearInterval(heartbeat);
  const sum = (key) => results.reduce((total, counts) => total + counts[key], 0);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  process.exitCode = sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    for (const child of running.values()) end(child, "SIGTERM");
    console.log("npm test was interrupted: nothing is proved");
    process.exit(130);
  });
}
try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
