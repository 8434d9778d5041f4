// The bad days that ship, each played to its end by the shipped functions.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../lambda/repository-root";
import type { RehearsedDay } from "./rehearse";

const command = join(repositoryRoot(), "dist/local/rehearsal/rehearse.js");
const folder = mkdtempSync(join(tmpdir(), "rehearsal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rehearse = (...args: readonly string[]) => spawnSync(process.execPath, [command, ...args], { encoding: "utf8" });

describe("the days that ship", () => {
  let days: readonly RehearsedDay[];
  const day = (words: string): RehearsedDay => {
    const found = days.find(({ script }) => script.includes(words));
    if (!found) throw new Error(`no day about ${words} was played`);
    return found;
  };
  const state = ({ by_state }: RehearsedDay, name: string): number => by_state[name] ?? 0;

  beforeAll(() => {
    const report = join(folder, "report.json");
    const { status, stdout, stderr } = rehearse("--report", report);
    if (status !== 0) throw new Error(`the rehearsal failed:\n${stdout}\n${stderr}`);
    days = JSON.parse(readFileSync(report, "utf8")) as readonly RehearsedDay[];
  }, 600_000);

  test("are three, and break no promise", () => {
    expect(days.map(({ broken }) => broken)).toEqual([[], [], []]);
  });

  test("a slow and silent Twilio does what its script says, and what it hid is never sent again", () => {
    const slow = day("slow");
    const { counts } = slow;
    for (const count of ["refused", "broken_off", "taken_unsaid", "without_receipt"] as const)
      expect(counts[count]).toBeGreaterThan(0);
    expect(counts.requests).toBe(counts.taken + counts.refused + counts.broken_off);
    expect(state(slow, "DELIVERED")).toBeGreaterThan(0);
  });

  test("a suspended account costs nobody their message: all are sent once it is open", () => {
    const suspended = day("suspended");
    expect(suspended.counts.refused).toBeGreaterThan(0);
    expect(suspended.first_message).toBe("11:00");
    const failed = state(suspended, "UNDELIVERED");
    expect(failed).toBeGreaterThan(0);
    expect(state(suspended, "DELIVERED") + failed).toBe(suspended.counts.taken);
    expect(suspended.counts.taken).toBe(120);
  });

  test("carriers' and shoppers' refusals stand in the ledger, and who is out stays out", () => {
    const carriers = day("Carriers");
    expect(state(carriers, "REJECTED")).toBe(carriers.counts.refused);
    expect(carriers.counts.refused).toBeGreaterThan(0);
    expect(carriers.counts.replies).toBeGreaterThan(0);
    expect(carriers.stopped).toBeGreaterThan(carriers.counts.replies - 1);
    expect(state(carriers, "SENT")).toBeGreaterThan(0);
  });
});

test("a wrong script is refused before anything starts", () => {
  const file = join(folder, "wrong.json");
  writeFileSync(file, "{}");
  const { status, stdout, stderr } = rehearse(file);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toContain('wrong.json has 3 mistakes: the script lacks "name"');
});
