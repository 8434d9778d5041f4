// Every planted bug still has its place in the code, so that `npm run planted` plants what it says.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { evaluate } from "./script-fixture";

interface Bug {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly tests: readonly string[];
}

const project = path.dirname(__dirname);
const bugs = evaluate("planted-bugs.mjs", "it.plantedBugs") as Bug[];

test.each(bugs.map((bug) => [bug.name, bug] as const))(
  "%s has one place, another text, and tests that exist",
  (_name, bug) => {
    const source = readFileSync(path.join(project, bug.file), "utf8");
    expect(source.split(bug.find).length - 1).toBe(1);
    expect(bug.replace).not.toBe(bug.find);
    expect(bug.tests.filter((name) => !existsSync(path.join(project, name.split("::")[0] ?? "")))).toEqual([]);
  },
);
