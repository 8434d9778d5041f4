// Every planted bug still has its place in the code, so that `npm run planted` plants what it says.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

interface Bug {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly tests: readonly string[];
}

const project = path.dirname(__dirname);
const code = `import { plantedBugs } from ${JSON.stringify(path.join(__dirname, "planted-bugs.mjs"))}; console.log(JSON.stringify(plantedBugs));`;
const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
const bugs = JSON.parse(stdout) as Bug[];

test.each(bugs.map((bug) => [bug.name, bug] as const))(
  "%s has one place, another text, and tests that exist",
  (_name, bug) => {
    const source = readFileSync(path.join(project, bug.file), "utf8");
    expect(source.split(bug.find).length - 1).toBe(1);
    expect(bug.replace).not.toBe(bug.find);
    expect(bug.tests.filter((name) => !existsSync(path.join(project, name.split("::")[0] ?? "")))).toEqual([]);
  },
);
