// `npm run planted`: plants known bugs one at a time in a copy of the project and shows the test that goes red for each.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "./files.mjs";
import { plantedBugs } from "./planted-bugs.mjs";
import { testEnvironment } from "./test-parts.mjs";

/** Copies what git knows or would add, and borrows what was installed; nothing is planted in the project itself. */
function copyProject(folder) {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const names = execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  for (const name of names)
    if (existsSync(path.join(root, name))) cpSync(path.join(root, name), path.join(folder, name));
  for (const name of ["generated", "dist"]) cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  mkdirSync(path.join(folder, ".local"));
  const borrowed = ["node_modules", ".local/python", ".local/java", ".local/toolchain.json"];
  for (const name of borrowed) symlinkSync(path.join(root, name), path.join(folder, name));
}

/** Runs tests in the copy; gives the names of those that failed, or undefined when the tool itself did. */
function failures(folder, { tool, tests }) {
  const options = { cwd: folder, env: testEnvironment(), encoding: "utf8", maxBuffer: 1 << 28 };
  if (tool === "jest") {
    const report = path.join(folder, ".local", "planted.json");
    rmSync(report, { force: true });
    const jest = path.join("node_modules", "jest", "bin", "jest.js");
    spawnSync(process.execPath, [jest, "--json", `--outputFile=${report}`, ...tests], options);
    if (!existsSync(report)) return undefined;
    const suites = JSON.parse(readFileSync(report, "utf8")).testResults;
    const assertions = suites.flatMap((suite) => suite.assertionResults);
    if (assertions.length === 0 || suites.some(({ assertionResults }) => assertionResults.length === 0))
      return undefined;
    return assertions.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
  }
  const python = path.join(folder, ".local", "python", tool, "bin", "python");
  const { status, stdout } = spawnSync(python, ["-m", "pytest", "-q", "-x", "-rf", "--tb=no", ...tests], options);
  if (status === 0) return [];
  return status === 1 ? [...stdout.matchAll(/^FAILED (\S+)/gm)].map((match) => match[1]) : undefined;
}

/** Why the bug was not shown to be caught; undefined when a test went red. */
function plant(folder, bug, isGreen) {
  const file = path.join(folder, bug.file);
  const source = readFileSync(file, "utf8");
  const places = source.split(bug.find).length - 1;
  if (places !== 1)
    return `its place occurs ${places} times in ${bug.file}, expected once: mend scripts/planted-bugs.mjs`;
  if (!isGreen(bug)) return `${bug.tests.join(" ")} is not green without it`;
  writeFileSync(
    file,
    source.replace(bug.find, () => bug.replace),
  );
  try {
    const red = failures(folder, bug);
    if (red === undefined) return `${bug.tests.join(" ")} could not be run with it`;
    if (red.length === 0) return `${bug.tests.join(" ")} stays green with it`;
    console.log(
      `red    ${bug.name}\n       ${red.slice(0, 3).join("\n       ")}${red.length > 3 ? `\n       and ${red.length - 3} more` : ""}`,
    );
    return undefined;
  } finally {
    writeFileSync(file, source);
  }
}

if (spawnSync(process.execPath, [path.join(root, "scripts", "setup.mjs")], { stdio: "inherit" }).status !== 0)
  process.exit(1);
const wanted = process.argv.slice(2);
const bugs = plantedBugs.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
const folder = mkdtempSync(path.join(tmpdir(), "planted-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
copyProject(folder);
const green = new Map();
const isGreen = (bug) => {
  const key = bug.tests.join(" ");
  if (!green.has(key)) green.set(key, failures(folder, bug)?.length === 0);
  return green.get(key);
};
let missed = 0;
for (const bug of bugs) {
  const problem = plant(folder, bug, isGreen);
  if (problem === undefined) continue;
  missed += 1;
  console.log(`MISSED ${bug.name}: ${problem}`);
}
console.log(`${bugs.length - missed} planted bugs turned a test red, ${missed} did not`);
process.exitCode = missed === 0 && bugs.length > 0 ? 0 : 1;
