// The modules' page says what the sources say today, and the examples on it are the ones that the tests run.
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = path.dirname(__dirname);
const script = path.join(__dirname, "docs-modules.mjs");
const page = readFileSync(path.join(root, "docs", "modules.md"), "utf8");

async function madeAnew(text: string): Promise<string> {
  const code = `import { madeAnew } from ${JSON.stringify(script)}; process.stdout.write(madeAnew(process.argv[1]));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code, text]);
  return stdout;
}

test("the page is as fresh as the sources", async () => {
  await expect(run(process.execPath, [script, "--check"])).resolves.toMatchObject({ stderr: "" });
});

test("what somebody writes into a made part is made anew", async () => {
  const edited = page.replace("The event contracts, one table each.", "Anything.");
  expect(edited).not.toBe(page);
  expect(await madeAnew(edited)).toBe(page);
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

test("a part of an unknown kind is refused", async () => {
  await expect(madeAnew("<!-- made: outlets lake -->\n<!-- /made -->")).rejects.toThrow(/none of promise, example/);
});
