// Whatever command a newcomer runs first in a fresh clone sets the clone up.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..");
const scripts = (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> })
  .scripts;
const SETUP = "node scripts/setup.mjs";

const setsItselfUp = (name: string): boolean => {
  if (scripts[`pre${name}`]?.startsWith(SETUP)) return true;
  const [, program] = /^node (scripts\/\S+\.mjs)/.exec(scripts[name] ?? "") ?? [];
  return program !== undefined && readFileSync(join(root, program), "utf8").includes('"setup.mjs"');
};

test("every command of package.json works in a fresh clone", () => {
  const before = Object.keys(scripts).filter((name) => name.startsWith("pre") && scripts[name]?.startsWith(SETUP));
  const commands = Object.keys(scripts).filter((name) => !before.includes(name));
  expect(commands.length).toBeGreaterThan(20);
  expect(commands.filter((name) => !setsItselfUp(name))).toEqual([]);
});
