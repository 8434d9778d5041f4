// A benchmark says plainly whether a limit is kept, and measures what it says it measures.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { median } from "./median";
import { memoryOf, treeOf } from "./process-tree";
import { reportLine } from "./report";
import { costOf } from "./send-costs";

test("the median is the middle, whatever the order, and of nothing there is none", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 2, 100])).toBe(3);
  expect(() => median([])).toThrow("nothing");
});

test("a finding names its baseline, and a missed limit cannot be overlooked", () => {
  const finding = { what: "Synth", measured: "1.4×", baseline: "2 s for the same classes" };
  expect(reportLine(finding)).toContain("2 s for the same classes");
  expect(reportLine({ ...finding, limit: { text: "≤ 1.3×", kept: false } })).toContain("≤ 1.3× — MISSED");
  expect(reportLine({ ...finding, limit: { text: "≤ 1.5×", kept: true } })).toContain("≤ 1.5× — kept");
});

test("the memory of a process counts its children and their children", async () => {
  const child =
    "require('child_process').spawn(process.execPath, ['-e', 'const a = Buffer.alloc(200e6, 1); console.log(1); setTimeout(() => a, 6e4)'], { stdio: 'inherit' })";
  const parent = spawn(process.execPath, ["-e", child], { stdio: ["ignore", "pipe", "inherit"], detached: true });
  try {
    await once(parent.stdout, "data");
    const processes = memoryOf(treeOf(parent.pid ?? 0));
    expect(processes.length).toBe(2);
    expect(Math.max(...processes.map(({ mebibytes }) => mebibytes))).toBeGreaterThan(190);
    expect(memoryOf([2 ** 22 + 1])).toEqual([]);
  } finally {
    process.kill(-(parent.pid ?? 0), "SIGKILL");
  }
});

test("a thousand messages cost what docs/costs.md reckons", () => {
  const calls = { Query: 1000, GetItem: 1000, "BatchGetItem key": 1000, TransactWriteItems: 1000 };
  const { dynamoDb, lambda, rest } = costOf({ ...calls, "UpdateItem ledger": 1000 }, { gigabytes: 0.5, seconds: 2.5 });
  expect(dynamoDb).toBeCloseTo(0.0006 + 0.0056 + 0.0028, 4);
  expect(lambda).toBeCloseTo(0.00002, 5);
  expect(rest).toBe(0);
});
