// Makes the Python environments from hashed requirement files: each one whole and stamped, or not there.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { filesBelow, fingerprint, root, stamped, writeWhole } from "./files.mjs";
import { findPython } from "./find-tools.mjs";
import { runTool, SetupError } from "./run-tool.mjs";

const folder = path.join(".local", "python");
const at = (...names) => path.join(root, folder, ...names);
const isWindows = process.platform === "win32";
/** The interpreter of an environment. */
export const pythonOf = (name) => at(name, isWindows ? "Scripts" : "bin", isWindows ? "python.exe" : "python");

let python;
/** The Python of the machine, looked for once and only when something is missing. */
function machinePython() {
  python ??= findPython();
  if (python.executable) return python.executable;
  throw new SetupError(
    `Python 3.11 or 3.12 with pip is needed (found: ${python.found}): install one, or name it with PYTHON=/path/to/python3.12.`,
  );
}

/** A company's package index and certificates, as pip knows them, said to uv too. */
function uvEnvironment() {
  const setting = (name) => {
    const { status, stdout } = spawnSync(machinePython(), ["-m", "pip", "config", "get", name], { encoding: "utf8" });
    return status === 0 ? stdout.trim() : undefined;
  };
  const { env } = process;
  return {
    UV_DEFAULT_INDEX: env.UV_DEFAULT_INDEX ?? env.UV_INDEX_URL ?? env.PIP_INDEX_URL ?? setting("global.index-url"),
    UV_SYSTEM_CERTS: env.UV_SYSTEM_CERTS ?? "true",
    UV_PYTHON_DOWNLOADS: "never",
    UV_NO_PROGRESS: "1",
    VIRTUAL_ENV: undefined,
  };
}

const requirementsOf = (name) => path.join("requirements", `${name}.txt`);
/** What an environment is made from; the folder's own path counts, because its scripts hold it. */
const recipe = (name) => fingerprint(filesBelow([requirementsOf(name)]), root, process.platform, process.arch);
const stampOf = (name) => path.join(folder, name, ".stamp");

/** Whether the environment is there and made from today's requirement file. */
export const isReady = (name) => stamped(stampOf(name), recipe(name));

async function installUv(say) {
  if (isReady("uv") && existsSync(at("uv", "bin", "uv"))) return;
  const temporary = at(`uv.${process.pid}.tmp`);
  rmSync(at("uv"), { recursive: true, force: true });
  const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "--require-hashes"];
  const args = ["-m", "pip", "install", ...options, "--target", temporary, "-r", path.join(root, requirementsOf("uv"))];
  await runTool({ what: "the Python installer (uv)", command: machinePython(), args, say });
  renameSync(temporary, at("uv"));
  writeWhole(stampOf("uv"), recipe("uv"));
}

const uv = () => at("uv", "bin", isWindows ? "uv.exe" : "uv");

/** Makes the named environment if it is missing, unfinished, or made from another requirement file. */
export async function makeEnvironment({ name, what, say }) {
  if (isReady(name) && existsSync(pythonOf(name))) return;
  await installUv(say);
  rmSync(at(name), { recursive: true, force: true });
  mkdirSync(at(), { recursive: true });
  const env = uvEnvironment();
  const venv = ["venv", "--quiet", "--python", machinePython(), at(name)];
  const install = [
    "pip",
    "install",
    "--python",
    pythonOf(name),
    // Compiled once here: compiling Airflow and moto anew costs every start ten seconds where nothing may be written.
    "--compile-bytecode",
    "--require-hashes",
    "-r",
    path.join(root, requirementsOf(name)),
  ];
  await runTool({ what: `a Python for ${what}`, command: uv(), args: venv, env, say });
  await runTool({ what, command: uv(), args: install, env, say });
  writeWhole(stampOf(name), recipe(name));
}

/** Unpacks a wheel that is used as files, without an environment, to `.local/python/<name>`. */
export async function unpackWheel({ name, what, say }) {
  if (isReady(name)) return;
  await installUv(say);
  const temporary = at(`${name}.${process.pid}.tmp`);
  rmSync(at(name), { recursive: true, force: true });
  const requirements = path.join(root, requirementsOf(name));
  const where = ["--python", machinePython(), "--target", temporary];
  const args = ["pip", "install", "--no-deps", ...where, "--require-hashes", "-r", requirements];
  await runTool({ what, command: uv(), args, env: uvEnvironment(), say });
  renameSync(temporary, at(name));
  writeWhole(stampOf(name), recipe(name));
}
