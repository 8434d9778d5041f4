// How long a warm night takes, stage by stage, and the most memory that all of its processes hold together.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { memoryOf, treeOf } from "./process-tree";
import { report } from "./report";

const sampleMilliseconds = 250;
const limitSeconds = 90;
const limitMebibytes = 4096;
const limitSparkMebibytes = 2048;
const root = path.join(__dirname, "..", "..");

interface Peak {
  total: number;
  largest: { name: string; mebibytes: number };
  processes: number;
}

/** Plays one night to its end; its own progress, with the time of each stage, goes to our stdout. */
const playNight = (out: string, events: readonly string[]): Promise<{ seconds: number; peak: Peak }> =>
  new Promise((resolve, reject) => {
    const begin = performance.now();
    const peak: Peak = { total: 0, largest: { name: "", mebibytes: 0 }, processes: 0 };
    const args = [path.join(root, "dist", "local", "start.js"), "--out", out, ...events];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    const sample = setInterval(() => {
      const processes = memoryOf(treeOf(child.pid ?? 0));
      const total = processes.reduce((sum, { mebibytes }) => sum + mebibytes, 0);
      for (const one of processes) if (one.mebibytes > peak.largest.mebibytes) peak.largest = one;
      if (total <= peak.total) return;
      peak.total = total;
      peak.processes = processes.length;
    }, sampleMilliseconds);
    child.once("close", (code) => {
      clearInterval(sample);
      if (code === 0) resolve({ seconds: (performance.now() - begin) / 1000, peak });
      else reject(new Error(`the night ended with exit code ${code}`));
    });
  });

const main = async (): Promise<void> => {
  if (!existsSync("/proc/self/smaps_rollup"))
    throw new Error("Memory is measured through /proc, which this system lacks.");
  const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
  try {
    const out = path.join(folder, "night");
    const { seconds, peak } = await playNight(out, process.argv.slice(2));
    const { events } = JSON.parse(readFileSync(path.join(out, "summary.json"), "utf8")) as {
      events: { posted: number };
    };
    const shipped = process.argv.length <= 2;
    report([
      {
        what: "Warm night",
        measured: `${Math.round(seconds)} s for ${events.posted} events`,
        baseline: "the limit for the shipped week on 2 cores",
        ...(shipped && { limit: { text: `≤ ${limitSeconds} s`, kept: seconds <= limitSeconds } }),
      },
      {
        what: "Peak memory of the whole night",
        measured: `${Math.round(peak.total)} MiB in ${peak.processes} processes`,
        baseline: `${Math.round(peak.largest.mebibytes)} MiB in its largest process (${peak.largest.name})`,
        limit: { text: `≤ ${limitMebibytes} MiB in all`, kept: peak.total <= limitMebibytes },
      },
      {
        what: "Largest process",
        measured: `${Math.round(peak.largest.mebibytes)} MiB (${peak.largest.name})`,
        baseline: "what the whole night may hold for Spark",
        limit: { text: `≤ ${limitSparkMebibytes} MiB`, kept: peak.largest.mebibytes <= limitSparkMebibytes },
      },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
