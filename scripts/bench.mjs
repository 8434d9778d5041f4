// `npm run bench`: each benchmark in a process of its own, one after the other, so that none disturbs another.
import { spawnSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import path from "node:path";
import { root } from "./files.mjs";

const benchmarks = ["collector", "sender-bundle", "sending", "synth", "night", "scoring"];

const node = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status === 0;

const [chosen, ...rest] = process.argv.slice(2);
if (chosen !== undefined && !benchmarks.includes(chosen)) {
  console.error(`There is no benchmark "${chosen}". Benchmarks: ${benchmarks.join(", ")}.`);
  process.exit(1);
}
const setup = chosen === undefined || ["night", "scoring"].includes(chosen) ? [] : ["--node-only"];
if (!node(path.join("scripts", "setup.mjs"), ...setup)) process.exit(1);
console.log(
  `Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB`,
);
const failed = (chosen ? [chosen] : benchmarks).filter((name) => {
  console.log(`\n── ${name}`);
  return !node(path.join("dist", "bench", `${name}.js`), ...rest);
});
if (failed.length > 0) console.error(`\nMissed a limit or failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
