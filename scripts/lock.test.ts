// Two processes never hold one lock together, and a lock left by a killed process does not stop the next one.
import { execFile, spawn } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "lock-"));
  for (const name of ["files.mjs", "lock.mjs"]) {
    cpSync(path.join(__dirname, name), path.join(folder, "scripts", name));
  }
  writeFileSync(
    path.join(folder, "work.mjs"),
    `import { appendFileSync } from "node:fs";
     import { withLock } from "./scripts/lock.mjs";
     await withLock("x", async () => {
       appendFileSync("log", "begin\\n");
       await new Promise((resolve) => setTimeout(resolve, 20));
       appendFileSync("log", "end\\n");
     });`,
  );
  appendFileSync(path.join(folder, "log"), "");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const log = () => readFileSync(path.join(folder, "log"), "utf8").trim().split("\n");
const work = () => run(process.execPath, ["work.mjs"], { cwd: folder });

test("two pieces of work under one lock never overlap", async () => {
  await Promise.all(Array.from({ length: 5 }, work));
  expect(log()).toEqual(Array.from({ length: 5 }, () => ["begin", "end"]).flat());
});

test("the lock of a killed process is taken over, by one process at a time", async () => {
  const killed = spawn(
    process.execPath,
    [
      "-e",
      `import("./scripts/lock.mjs").then((m) => m.withLock("x", () => { console.log("held"); return new Promise(() => setInterval(() => {}, 1000)); }))`,
    ],
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  );
  await new Promise((resolve) => killed.stdout.once("data", resolve));
  const gone = new Promise((resolve) => killed.once("exit", resolve));
  killed.kill("SIGKILL");
  await gone;
  await Promise.all(Array.from({ length: 4 }, work));
  expect(log()).toEqual(Array.from({ length: 4 }, () => ["begin", "end"]).flat());
});

test("a lock whose process number was given to another process is taken over", async () => {
  mkdirSync(path.join(folder, ".local", "locks", "x"), { recursive: true });
  writeFileSync(path.join(folder, ".local", "locks", "x", "owner"), `${process.pid} 1`);
  await work();
  expect(log()).toEqual(["begin", "end"]);
});
