// How fast the night's job makes offers of a made lake, beside DuckDB doing the same on the same Parquet, and beside the
// plain ALS pipeline; each in a process of its own on two cores, the session's start not counted.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { report } from "./report";

const root = path.join(__dirname, "..", "..");
const scripts = path.join(root, "bench", "scoring");
const pythonPath = [path.join(root, "spark"), path.join(root, "dags"), scripts];
const python = path.join(root, ".local", "python", "spark", "bin", "python");
const models = path.join(root, "models");
// What the job scores with, so that DuckDB comes to the same offers.
const model = path.join(models, JSON.parse(readFileSync(path.join(models, "champion.json"), "utf8")).champion);
// The heap of the virtual machine; with its own overhead and Python beside it the job has to stay below 4 GiB.
const heap = "3g";
const limitMebibytes = 4096;
const limitDuckDb = 6;
const limitPerRow = 1.2;

interface Measured {
  readonly seconds: number;
  readonly shoppers: number;
  readonly mebibytes: number;
  readonly shuffled_bytes: number;
  readonly items: number;
  readonly same: number;
  readonly objects: number;
  readonly lines_sha256: string;
}

/** So much of what a failed script said is shown. */
const shownCharacters = 4_000;

/** Runs a script to its end; the last line that it prints is what it measured. */
const run = (script: string, ...args: readonly string[]): Measured => {
  const env = { ...process.env, PYTHONPATH: pythonPath.join(path.delimiter) };
  const { status, stdout, stderr } = spawnSync(python, [path.join(scripts, script), ...args], {
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr.trimEnd().slice(-shownCharacters)}`);
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
};

interface Lake {
  readonly folder: string;
  readonly items: number;
}

const makeLake = (folder: string, items: number, smallObjects = 0): Lake => ({
  folder,
  items: run("made_lake.py", folder, String(items), String(smallObjects)).items,
});
const ours = ({ folder }: Lake): Measured => run("our_night.py", folder, heap);
const millions = (items: number): string => `${(items / 1e6).toFixed(1)} million item rows`;

/** Beside ALS, whose cost grows with shoppers times products: on a lake of its own. */
const besideAls = (lake: Lake) => {
  const job = ours(lake);
  const als = run("als_night.py", lake.folder, heap);
  return {
    what: `The night's job, ${millions(lake.items)}`,
    measured: `${job.seconds.toFixed(0)} s, ${(job.seconds / als.seconds).toFixed(2)}×`,
    baseline: `${als.seconds.toFixed(0)} s of ALS (rank 32, 10 iterations) and recommendForAllUsers in the same session settings`,
    limit: { text: "< 1×", kept: job.seconds < als.seconds },
  };
};

const besideDuckDb = (lake: Lake, job: Measured) => {
  const duckDb = run("duckdb_night.py", lake.folder, model);
  const { shoppers, same } = run("same_offers.py", lake.folder);
  const ratio = job.seconds / duckDb.seconds;
  return [
    {
      what: `The night's job, ${millions(lake.items)}`,
      measured: `${job.seconds.toFixed(0)} s, ${ratio.toFixed(1)}×; ${Math.round(job.shoppers / job.seconds)} shoppers/s, ${Math.round(lake.items / job.seconds / 2)} item rows/s and core, ${Math.round(job.shuffled_bytes / job.shoppers)} bytes shuffled a shopper`,
      baseline: `${duckDb.seconds.toFixed(1)} s of DuckDB on two threads, the same SQL semantics on the same Parquet`,
      limit: { text: `≤ ${limitDuckDb}×`, kept: ratio <= limitDuckDb },
    },
    {
      what: "Offers that both give alike",
      measured: `${same} shoppers`,
      baseline: `${shoppers} shoppers that either has`,
      limit: { text: "all", kept: same === shoppers },
    },
    {
      what: "Memory of the job, virtual machine and Python",
      measured: `${job.mebibytes} MiB`,
      baseline: `${duckDb.mebibytes} MiB of DuckDB`,
      limit: { text: `≤ ${limitMebibytes} MiB`, kept: job.mebibytes <= limitMebibytes },
    },
  ];
};

/** The same rows in many small objects, fetched as from S3; then in the copies that such a night leaves of them. */
const besideFewObjects = (lake: Lake, few: Measured) => {
  const [small, copies] = ["objects", "copies"].map((of) => run("small_objects_night.py", lake.folder, heap, of));
  if (small === undefined || copies === undefined) throw new Error("There is no measurement.");
  const times = (job: Measured): string => `${job.seconds.toFixed(0)} s, ${(job.seconds / few.seconds).toFixed(1)}×`;
  return [
    {
      what: `The night's job, ${millions(lake.items)} in ${small.objects} objects`,
      measured: `${times(small)}; ${(((small.seconds - few.seconds) / small.objects) * 1e3).toFixed(1)} ms an object`,
      baseline: `the same rows in few objects in ${few.seconds.toFixed(0)} s`,
    },
    {
      what: `The night after it, which reads ${copies.objects} objects and copies`,
      measured: `${times(copies)}, ${copies.lines_sha256 === small.lines_sha256 ? "the same lines" : "OTHER LINES"}`,
      baseline: `the same rows in few objects in ${few.seconds.toFixed(0)} s`,
      limit: { text: "the same lines", kept: copies.lines_sha256 === small.lines_sha256 },
    },
  ];
};

const main = (): void => {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ options: { items: text, als: text, large: text, small: text } });
  const [items, als, large] = [values.items ?? "10e6", values.als ?? "1e6", values.large ?? "0"].map(Number);
  const folder = mkdtempSync(path.join(tmpdir(), "bench-scoring-"));
  try {
    if (als) report([besideAls(makeLake(path.join(folder, "als"), als))]);
    const lake = makeLake(path.join(folder, "duckdb"), items ?? 0);
    const job = ours(lake);
    report(besideDuckDb(lake, job));
    rmSync(lake.folder, { recursive: true });
    if (values.small) {
      const sliced = makeLake(path.join(folder, "small"), items ?? 0, Number(values.small));
      report(besideFewObjects(sliced, job));
      rmSync(sliced.folder, { recursive: true });
    }
    if (large) {
      const larger = makeLake(path.join(folder, "large"), large);
      const took = ours(larger);
      const ratio = took.seconds / larger.items / (job.seconds / lake.items);
      report([
        {
          what: `Cost of a row at ${millions(larger.items)}`,
          measured: `${ratio.toFixed(2)}× (${took.seconds.toFixed(0)} s, ${took.mebibytes} MiB)`,
          baseline: `${millions(lake.items)} in ${job.seconds.toFixed(0)} s`,
          limit: { text: `≤ ${limitPerRow}×`, kept: ratio <= limitPerRow },
        },
      ]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
