// How long all environments take to synthesize, beside a script that only builds the same number of the same classes.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { App, TerraformElement, TerraformStack } from "cdktf";
import { ENVIRONMENTS } from "../environments/all";
import { PlatformStack } from "../environments/platform-stack";
import { median } from "./median";
import { report } from "./report";
import type { ProviderClass, ProviderClasses } from "./same-classes";

const runs = 11;
const limit = 1.3;
const root = path.join(__dirname, "..", "..");

/** Where a class of the AWS provider comes from; undefined for classes that are not the provider's. */
const providerClassOf = (element: object): ProviderClass | undefined => {
  const { name } = element.constructor;
  const folder = `${path.sep}@cdktf${path.sep}provider-aws${path.sep}lib${path.sep}`;
  const module = Object.values(require.cache).find(
    (loaded) => loaded?.id.includes(folder) && loaded.exports?.[name] === element.constructor,
  );
  return module && { module: module.id, name };
};

/** Every provider element that the platform builds, by stack. */
const listClasses = (outdir: string): ProviderClasses => {
  const app = new App({ outdir });
  for (const environment of ENVIRONMENTS) new PlatformStack(app, environment);
  const stacks = app.node.findAll().filter((one): one is TerraformStack => TerraformStack.isStack(one));
  return Object.fromEntries(
    stacks.map((stack) => {
      const elements = stack.node.findAll().filter((one) => TerraformElement.isTerraformElement(one));
      return [stack.node.id, elements.map(providerClassOf).filter((one) => one !== undefined)];
    }),
  );
};

const milliseconds = (folder: string, ...args: string[]): number => {
  const begin = performance.now();
  const env = { ...process.env, CDKTF_OUTDIR: path.join(folder, "out") };
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
  return performance.now() - begin;
};

const main = (): void => {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
  try {
    const classes = listClasses(path.join(folder, "list"));
    const list = path.join(folder, "classes.json");
    writeFileSync(list, JSON.stringify(classes));
    const times: { ours: number[]; same: number[] } = { ours: [], same: [] };
    for (let run = 0; run < runs; run += 1) {
      times.ours.push(milliseconds(folder, path.join(root, "dist", "main.js")));
      times.same.push(milliseconds(folder, path.join(__dirname, "same-classes.js"), list));
    }
    const [ours, same] = [median(times.ours), median(times.same)];
    const count = Object.values(classes).flat().length;
    report([
      {
        what: `Synth of ${ENVIRONMENTS.map(({ name }) => name).join(", ")}`,
        measured: `${(ours / same).toFixed(2)}× (${Math.round(ours)} ms, median of ${runs})`,
        baseline: `${Math.round(same)} ms for loading cdktf and building the same ${count} elements of the same classes, empty`,
        limit: { text: `≤ ${limit}×`, kept: ours / same <= limit },
      },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

main();
