// `npm run cdktn:check`: a copy of the sources whose imports say cdktn instead of cdktf compiles, synthesizes every
// environment and the bootstrap, and gives the same addresses with the same attributes. So the move is a rename.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { filesBelow, root } from "./files.mjs";
import { withLock } from "./lock.mjs";
import { installPinned } from "./pinned-packages.mjs";
import { namesCdktf, renameImports } from "./rename-imports.mjs";
import { compareStacks } from "./synthesized-differences.mjs";

const shownDifferences = 20;

const home = path.join(".local", "cdktn");
const copy = path.join(root, home, "copy");

/** Mains by the name of their output. */
const MAINS = { platform: "main", bootstrap: path.join("bootstrap", "main") };
const SOURCES = ["main.ts", "bootstrap", "contracts", "environments", "generated", "lambdas", "modules"];
// What stacks ship is the same whoever synthesizes them.
const SHIPPED = ["dags", "models", "spark", path.join("dist", "bundles")];

function copySources() {
  rmSync(copy, { recursive: true, force: true });
  const isSource = (name) => !name.endsWith(".test.ts");
  for (const name of filesBelow(SOURCES, isSource)) {
    const text = readFileSync(path.join(root, name), "utf8");
    const renamed = name.endsWith(".ts") ? renameImports(text) : text;
    if (name.endsWith(".ts") && namesCdktf(renamed))
      throw new Error(`${name} still names cdktf after the rename: import it like the other files do.`);
    mkdirSync(path.dirname(path.join(copy, name)), { recursive: true });
    writeFileSync(path.join(copy, name), renamed);
  }
  mkdirSync(path.join(copy, "dist"));
  for (const name of SHIPPED) symlinkSync(path.join(root, name), path.join(copy, name));
  cpSync(path.join(root, "package.json"), path.join(copy, "package.json"));
  const { compilerOptions } = JSON.parse(readFileSync(path.join(root, "tsconfig.json"), "utf8"));
  const typeRoots = [path.join(root, "node_modules", "@types")];
  const project = {
    compilerOptions: { ...compilerOptions, types: ["node"], typeRoots },
    files: Object.values(MAINS).map((main) => `${main}.ts`),
  };
  writeFileSync(path.join(copy, "tsconfig.json"), JSON.stringify(project));
}

function node(cwd, env, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`node ${args.join(" ")} failed:\n${stdout}${stderr}`);
}

/** Synthesizes a main of a project into a folder of its own; returns the folder. */
function synthesize(project, main, outdir) {
  rmSync(outdir, { recursive: true, force: true });
  node(project, { CDKTF_OUTDIR: outdir }, path.join("dist", `${MAINS[main]}.js`));
  return outdir;
}

async function check(say) {
  await installPinned({ name: "cdktn", what: "cdktn and its AWS provider", say });
  copySources();
  say("cdktn: compiling the renamed sources");
  node(copy, {}, path.join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.json");
  let failed = 0;
  for (const main of Object.keys(MAINS)) {
    const before = synthesize(root, main, path.join(root, home, `${main}-cdktf`));
    const after = synthesize(copy, main, path.join(root, home, `${main}-cdktn`));
    const { stacks, addresses, found } = compareStacks(before, after);
    if (found.length === 0 && addresses > 0) {
      console.log(`ok    ${main}: ${addresses} addresses of ${stacks} stacks are equal, and so are their attributes`);
      continue;
    }
    failed += 1;
    const shown = found.slice(0, shownDifferences).map((line) => `\n      ${line}`);
    console.log(`FAIL  ${main}: ${found.length} differences, ${addresses} addresses${shown.join("")}`);
  }
  return failed;
}

try {
  const setup = spawnSync(process.execPath, [path.join(root, "scripts", "setup.mjs"), "--node-only"], {
    stdio: "inherit",
  });
  if (setup.status !== 0) throw new Error("The set-up failed.");
  const failed = await withLock("cdktn", () => check((line) => console.error(line)));
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  console.log(`FAIL  cdktn:check: ${error.message}`);
  process.exitCode = 1;
}
