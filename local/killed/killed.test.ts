// A few days with a kill, played by the shipped functions; `npm run killed` plays two hundred.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../lambda/repository-root";
import type { KilledRun } from "./killed";

const command = join(repositoryRoot(), "dist/local/killed/killed.js");
const folder = mkdtempSync(join(tmpdir(), "killed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a sender that is killed at any millisecond sends nothing twice and loses nothing", () => {
  const report = join(folder, "report.json");
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, "--runs", "3", "--report", report], {
    encoding: "utf8",
  });
  process.stdout.write(stdout);
  if (status !== 0) throw new Error(`the days were not played:\n${stdout}\n${stderr}`);
  const runs = JSON.parse(readFileSync(report, "utf8")) as readonly KilledRun[];
  expect(runs.map(({ broken }) => broken)).toEqual([[], [], []]);
  expect(runs.some(({ killed }) => killed)).toBe(true);
}, 900_000);
