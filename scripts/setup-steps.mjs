// Makes a fresh clone ready to run: only what is missing, safe to kill and to run again, silent when all is there.
import { existsSync, readdirSync, readFileSync, rmSync, statfsSync } from "node:fs";
import path from "node:path";
import { buildAll } from "./build.mjs";
import { root, stamped, writeWhole } from "./files.mjs";
import { withLock } from "./lock.mjs";
import { causeOf, runTool, SetupError } from "./run-tool.mjs";
import { jarFolder, provideJars, provideJava, sparkHome } from "./setup-java.mjs";
import { makeEnvironment, pythonOf } from "./setup-python.mjs";

/** A disk with less than this left explains an unfinished installation. */
const fullBytes = 64 * 2 ** 20;
const toolchain = path.join(".local", "toolchain.json");

/** Whether npm finished installing exactly what the lock file names: npm writes its own list last. */
function nodePackagesAreThere() {
  const list = path.join(root, "node_modules", ".package-lock.json");
  if (!existsSync(list)) return false;
  const installed = JSON.parse(readFileSync(list, "utf8")).packages;
  const { "": _project, ...wanted } = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")).packages;
  const fits = ([name, { version }]) => wanted[name]?.version === version;
  const isMissing = ([name, { optional, peer, devOptional }]) =>
    !(optional || peer || devOptional || name in installed);
  return Object.entries(installed).every(fits) && !Object.entries(wanted).some(isMissing);
}

async function provideNodePackages(say) {
  if (nodePackagesAreThere()) return;
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const args = [...first, "ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  await runTool({ what: "the Node packages", command, args, say });
  // On a full disk npm has been seen to end with exit code 0 and half of the packages.
  if (nodePackagesAreThere()) return;
  const { bavail, bsize } = statfsSync(root);
  const why = bavail * bsize < fullBytes ? causeOf("ENOSPC") : "npm ended well, but not all packages are there";
  throw new SetupError(`Setting up the Node packages failed: ${why}.`);
}

/** Removes what an earlier, killed run left half-way; the lock says that nobody works on it now. */
function removeLeftovers() {
  for (const folder of [path.join(".local", "python"), path.join(".local", "java")]) {
    const absolute = path.join(root, folder);
    const leftovers = existsSync(absolute) ? readdirSync(absolute).filter((name) => /\.\d+\.tmp$/.test(name)) : [];
    for (const name of leftovers) rmSync(path.join(root, folder, name), { recursive: true, force: true });
  }
}

async function setUp({ nodeOnly, say }) {
  removeLeftovers();
  await provideNodePackages(say);
  if (!nodeOnly) {
    await makeEnvironment({ name: "spark", what: "Spark, the AWS stand-in and the Python checks", say });
    await makeEnvironment({ name: "airflow", what: "Airflow", say });
    const javaHome = await provideJava({ say });
    await provideJars({ javaHome, say });
    const tools = {
      node: process.execPath,
      airflowPython: pythonOf("airflow"),
      sparkPython: pythonOf("spark"),
      javaHome,
      sparkHome: sparkHome(),
      jars: jarFolder,
    };
    const text = `${JSON.stringify(tools, null, 2)}\n`;
    if (!stamped(toolchain, text)) writeWhole(toolchain, text);
  }
  await withLock("build", () => buildAll({ say }));
}

const options = process.argv.slice(2);
const say = (line) => options.includes("--quiet") || console.error(line);
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
try {
  const waiting = (owner) => say(`setup: another setup (process ${owner}) is at work in this folder, waiting for it`);
  await withLock("setup", () => setUp({ nodeOnly: options.includes("--node-only"), say }), waiting);
} catch (error) {
  const cause = causeOf(`${error.code} ${error.message}`);
  console.error(error instanceof SetupError || !cause ? error.message : `Setting up failed: ${cause}.`);
  process.exitCode = 1;
}
