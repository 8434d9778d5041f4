// Builds what changed and nothing else: contracts to generated/, TypeScript to dist/, every handler to one file
// and its zip in dist/bundles/.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { filesBelow, fingerprint, root, stamped, writeWhole } from "./files.mjs";
import { withLock } from "./lock.mjs";

const sourceFolders = [
  "bootstrap",
  "commands",
  "contracts",
  "environments",
  "modules",
  "lambdas",
  "local",
  "bench",
  "models",
];
/** How esbuild makes a function's file; the benchmarks bundle alike. */
const bundlingFile = path.join("scripts", "lambda-bundle.json");
const compilerFiles = ["package-lock.json", "tsconfig.json", "tsconfig.build.json", "tsconfig.contracts.json"];
const isSource = (name) => name.endsWith(".ts") && !name.endsWith(".test.ts");

function node(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`The build stopped: node ${args.join(" ")} failed (see above).`);
}

const compile = (project) => node(path.join("node_modules", "typescript", "bin", "tsc"), "-p", project);

/** Runs a step unless its stamp says that the same input was built before; the stamp is written last. */
async function step({ name, stamp, input, run, say }) {
  if (stamped(stamp, input)) return;
  say(`build: ${name}`);
  rmSync(path.join(root, stamp), { force: true });
  await run();
  writeWhole(stamp, input);
}

/** Removes compiled files whose source is gone, so that nothing runs that is no longer there. */
function removeOrphans() {
  const bundles = path.join("dist", "bundles");
  for (const name of filesBelow(["dist"], (file) => file.endsWith(".js") && !file.startsWith(bundles + path.sep))) {
    const source = path.relative("dist", name);
    const sources = [source, source.replace(/\.js$/, ".ts")];
    if (!sources.some((file) => existsSync(path.join(root, file)))) rmSync(path.join(root, name));
  }
}

/** Names of the Lambda functions: every folder of lambdas/ with a handler. */
function functionNames() {
  const folder = path.join(root, "lambdas");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(path.join(folder, name, "handler.ts")))
    .sort();
}

async function bundle(names) {
  const { build } = await import("esbuild");
  const wanted = path.join(root, "dist", "bundles");
  if (existsSync(wanted)) {
    for (const name of readdirSync(wanted)) {
      if (name !== ".stamp" && !names.includes(name)) rmSync(path.join(wanted, name), { recursive: true });
    }
  }
  const bundling = JSON.parse(readFileSync(path.join(root, bundlingFile), "utf8"));
  const results = await Promise.all(
    names.map((name) =>
      build({
        absWorkingDir: root,
        entryPoints: [`lambdas/${name}/handler.ts`],
        ...bundling,
        outfile: `dist/bundles/${name}/index.js`,
        write: false,
        logLevel: "warning",
      }),
    ),
  );
  // Packed here and not at synth, which then only copies. The bytes depend on the bundle's alone.
  const { archive } = await import(pathToFileURL(path.join(wanted, "..", "modules", "shared", "archive.js")).href);
  for (const [place, name] of names.entries()) {
    for (const { path: file, contents } of results[place].outputFiles) {
      writeWhole(path.relative(root, file), contents);
      writeWhole(path.join("dist", "bundles", name, `${name}.zip`), archive([{ path: "index.js", content: contents }]));
    }
  }
}

/** Brings generated/ and dist/ up to date; says what it does, and nothing when there is nothing to do. */
export async function buildAll({ say }) {
  const contractFiles = filesBelow(["contracts", "lambdas/shared"], (name) => isSource(name) || name.endsWith(".json"));
  const hasGenerator = existsSync(path.join(root, "contracts", "generate.ts"));
  if (hasGenerator) {
    await step({
      name: "contracts",
      stamp: "generated/.stamp",
      input: fingerprint([...compilerFiles, ...contractFiles]),
      say,
      run: () => {
        compile("tsconfig.contracts.json");
        node(path.join("dist", "contracts", "generate.js"));
      },
    });
  }
  const sources = filesBelow(["main.ts", ...sourceFolders, "generated"], (name) => isSource(name));
  const scripts = filesBelow(["generated"], (name) => name.endsWith(".js"));
  if (sources.length === 0) return;
  const everything = fingerprint([...compilerFiles, ...sources, ...scripts], process.version);
  await step({
    name: "TypeScript",
    stamp: "dist/.stamp",
    input: everything,
    say,
    run: () => {
      compile("tsconfig.build.json");
      for (const name of scripts) writeWhole(path.join("dist", name), readFileSync(path.join(root, name)));
      removeOrphans();
    },
  });
  await step({
    name: "Lambda bundles",
    stamp: "dist/bundles/.stamp",
    input: fingerprint([...compilerFiles, bundlingFile, ...sources, ...scripts], process.version),
    say,
    run: () => bundle(functionNames()),
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const quiet = process.argv.includes("--quiet");
  try {
    await withLock("build", () => buildAll({ say: (line) => quiet || console.error(line) }));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
