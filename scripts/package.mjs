// `npm run package [-- --out FOLDER]`: the npm package that other teams install, as a folder and as a tarball. It holds the
// compiled modules with their types and whatever they ship at synth, and brings the one library that they need.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { buildAll } from "./build.mjs";
import { root } from "./files.mjs";
import { withLock } from "./lock.mjs";
import { ENTRIES } from "./package-entries.mjs";

const require = createRequire(import.meta.url);
const readJson = (...names) => JSON.parse(readFileSync(path.join(root, ...names), "utf8"));

// The caller's own: its App and its resources are made of the same classes as ours.
const PEERS = ["@cdktf/provider-aws", "cdktf", "constructs"];
// Travels inside the package, so that installing it asks for nothing else.
const BUNDLED = ["fflate"];
// What stacks read at synth; of Spark's folder only the job and its package, of the contracts only the documents.
const SHIPPED = ["dags", "models", path.join("spark", "recommender"), path.join("generated", "spark")];

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout ?? ""}${stderr ?? ""}`);
  return stdout;
}

/** Compiles what the entries reach, with types; the compiler follows the imports. */
function compile(folder) {
  const project = path.join(root, ".local", "package.tsconfig.json");
  const options = { declaration: true, rootDir: root, outDir: folder, types: ["node"] };
  const files = Object.values(ENTRIES).map((source) => path.join(root, `${source}.ts`));
  const typeRoots = [path.join(root, "node_modules", "@types")];
  writeFileSync(
    project,
    JSON.stringify({ extends: "../tsconfig.json", compilerOptions: { ...options, typeRoots }, include: [], files }),
  );
  run(process.execPath, [path.join(root, "node_modules", "typescript", "bin", "tsc"), "-p", project], root);
}

/** Copies what stacks ship, by the rule by which they list it. */
function copyShipped(folder) {
  const { shippedFiles } = require(path.join(root, "dist", "modules", "shared", "files.js"));
  const copy = (name) => cpSync(path.join(root, name), path.join(folder, name));
  for (const name of SHIPPED) {
    for (const file of shippedFiles(path.join(root, name))) {
      if (!file.endsWith(".ts")) copy(path.join(name, file));
    }
  }
  copy(path.join("spark", "recommend.py"));
  for (const name of readdirSync(path.join(root, "dist", "bundles")).filter((name) => !name.startsWith(".")))
    copy(path.join("dist", "bundles", name, `${name}.zip`));
  for (const file of shippedFiles(path.join(root, "contracts"))) {
    if (/^(?!released\/).*\.json$/.test(file)) copy(path.join("contracts", file));
  }
  for (const name of BUNDLED)
    cpSync(path.join(root, "node_modules", name), path.join(folder, "node_modules", name), { recursive: true });
}

/** Whatever the compiled files require must be Node's own, a peer, or inside the package. */
function refuseOtherPackages(folder) {
  const named = new Set();
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!/\.(js|d\.ts)$/.test(file) || /^(node_modules|dist)[\\/]/.test(file)) continue;
    const text = readFileSync(path.join(folder, file), "utf8");
    for (const [, name] of text.matchAll(/(?:\brequire\(|\bfrom |\bimport\()"((?:@[^/"]+\/)?[^./"][^/"]*)[^"]*"/g))
      named.add(name);
  }
  const others = [...named].filter((name) => !isBuiltin(name) && ![...PEERS, ...BUNDLED].includes(name));
  if (others.length > 0)
    throw new Error(`The modules import ${others.join(", ")}: make it a peer or bundle it (scripts/package.mjs).`);
}

/** What the package says of itself: one entry a subpath, for new and for old-fashioned resolution. */
function manifest() {
  const { name, version, description, license, engines, dependencies, devDependencies } = readJson("package.json");
  const { peerDependencies } = readJson("node_modules", "@cdktf", "provider-aws", "package.json");
  const pinned = { ...devDependencies, ...dependencies };
  const entries = Object.entries(ENTRIES);
  const conditions = (source) => ({ types: `./${source}.d.ts`, default: `./${source}.js` });
  return {
    name,
    version,
    description,
    license,
    engines,
    publishConfig: { access: "restricted" },
    exports: {
      ...Object.fromEntries(entries.map(([subpath, source]) => [`./${subpath}`, conditions(source)])),
      "./package.json": "./package.json",
    },
    typesVersions: { "*": Object.fromEntries(entries.map(([subpath, source]) => [subpath, [`${source}.d.ts`]])) },
    files: [
      "contracts",
      "dags",
      "dist",
      "environments",
      "examples",
      "generated",
      "lambdas",
      "models",
      "modules",
      "spark",
    ],
    peerDependencies: { "@cdktf/provider-aws": `^${pinned["@cdktf/provider-aws"]}`, ...peerDependencies },
    dependencies: Object.fromEntries(BUNDLED.map((name) => [name, pinned[name]])),
    bundleDependencies: BUNDLED,
  };
}

/** Makes the package's folder below `out`, and its tarball beside it; returns the tarball's path. */
export async function makePackage(out, say) {
  await withLock("build", () => buildAll({ say }));
  const folder = path.join(out, "package");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  compile(folder);
  copyShipped(folder);
  refuseOtherPackages(folder);
  writeFileSync(path.join(folder, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
  cpSync(path.join(root, "docs", "modules.md"), path.join(folder, "README.md"));
  cpSync(path.join(root, "docs", "examples"), path.join(folder, "examples"), { recursive: true });
  const [{ filename }] = JSON.parse(
    run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", out], folder),
  );
  return path.join(out, filename);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    const at = process.argv.indexOf("--out");
    const out = at < 0 ? path.join(root, ".local", "package") : path.resolve(process.argv[at + 1] ?? ".");
    console.log(await makePackage(out, (line) => console.error(line)));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
