// Finds the Python and the Java to work with by executing the candidates: a name on the path may be a shim that fails.
import { spawnSync } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import path from "node:path";

const pythonVersions = ["3.11", "3.12"];
const javaVersion = "17";
const probeMilliseconds = 20_000;

function output(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", timeout: probeMilliseconds });
  return status === 0 ? `${stdout}\n${stderr}` : undefined;
}

/** The first Python of a version that fits and has pip; otherwise what was found, for the sentence to say. */
export function findPython(environment = process.env) {
  const script = "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.executable)";
  const seen = [];
  for (const command of [environment.PYTHON, "python3.11", "python3.12", "python3", "python"]) {
    if (!command) continue;
    const [version, executable] = (output(command, ["-c", script]) ?? "").trim().split(/\r?\n/);
    if (!version || !executable) continue;
    if (!pythonVersions.includes(version)) seen.push(`${command} is ${version}`);
    else if (output(executable, ["-m", "pip", "--version"]) === undefined) seen.push(`${command} has no pip`);
    else return { executable, version };
  }
  return { found: seen.length > 0 ? seen.join(", ") : "none" };
}

/** The folder of the Java at this path if it really is the version that Spark needs. */
function javaHomeOf(executable) {
  const text = output(executable, ["-XshowSettings:properties", "-version"]);
  if (text === undefined || !new RegExp(`java\\.specification\\.version = ${javaVersion}\\s`).test(text))
    return undefined;
  return /java\.home = (.+)/.exec(text)?.[1].trim();
}

/** Where a Java may be: JAVA_HOME first, then every folder of PATH; links resolved, so that a changed link is seen. */
export function javaCandidates(environment = process.env) {
  const folders = (environment.PATH ?? "").split(path.delimiter).filter(Boolean);
  if (environment.JAVA_HOME) folders.unshift(path.join(environment.JAVA_HOME, "bin"));
  const found = [];
  for (const folder of folders) {
    try {
      const executable = path.join(folder, "java");
      accessSync(executable, constants.X_OK);
      const real = realpathSync(executable);
      if (!found.includes(real)) found.push(real);
    } catch {
      // No Java in this folder.
    }
  }
  return found;
}

/** Says in one text which Javas there are, so that a probe is repeated only when that changes. */
export function javaFingerprint(candidates) {
  return JSON.stringify(candidates.map((file) => [file, statSync(file).mtimeMs, statSync(file).size]));
}

/** The home of the first candidate that really is Java 17. */
export function findJavaHome(candidates) {
  for (const executable of candidates) {
    const home = javaHomeOf(executable);
    if (home) return home;
  }
  return undefined;
}
