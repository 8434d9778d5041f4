// The modules' page says what the sources say today, and the examples on it are the ones that the tests run.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { evaluate, runScript } from "./script-fixture";

const root = path.dirname(__dirname);
const SCRIPT = "docs-modules.mjs";
const page = readFileSync(path.join(root, "docs", "modules.md"), "utf8");

test("the page is as fresh as the sources", () => {
  expect(runScript(SCRIPT, ["--check"], root, process.env)).toEqual({ code: 0, said: "" });
});

test("what somebody writes into a made part is made anew", () => {
  const edited = page.replace("The event contracts, one table each.", "Anything.");
  expect(edited).not.toBe(page);
  expect(evaluate(SCRIPT, "it.madeAnew(given)", edited)).toBe(page);
});

test("every example is on the page", () => {
  const examples = readdirSync(path.join(root, "docs", "examples")).filter((name) => name.endsWith(".ts"));
  const shown = examples.filter((name) => page.includes(`<!-- made: example ${name} -->`));
  expect(examples.filter((name) => !shown.includes(name))).toEqual(["theirs.ts"]);
  expect(page).toContain("(examples/theirs.ts)");
});

test("inputs say their unit or meaning: a comment of their own or of their type", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  expect(rows.length).toBeGreaterThan(25);
  expect(rows.filter((row) => row.endsWith("|  |"))).toEqual([]);
});

test("a part of an unknown kind is refused", () => {
  expect(() => evaluate(SCRIPT, "it.madeAnew(given)", "<!-- made: outlets lake -->\n<!-- /made -->")).toThrow(
    /none of promise, example/,
  );
});
