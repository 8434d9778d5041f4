import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWorkspace } from "./workspace";

let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "workspace-"));
  out = join(folder, "nights/2026-11-22");
});
afterEach(() => rmSync(folder, { recursive: true }));
const left = () => readdirSync(join(folder, "nights")).sort();

test("a night has its name only once it is whole", () => {
  const workspace = openWorkspace(out);
  writeFileSync(join(workspace.partial, "summary.json"), "{}");
  expect(existsSync(out)).toBe(false);
  workspace.publish();
  expect(readFileSync(join(out, "summary.json"), "utf8")).toBe("{}");
  expect(workspace.logs()).toBe(join(out, "logs"));
  workspace.close();
  expect(left()).toEqual(["2026-11-22"]);
});

test("a night that fails leaves nothing of its name, an earlier whole one aside", () => {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "summary.json"), "earlier");
  openWorkspace(out).close();
  expect(left()).toEqual(["2026-11-22"]);
  expect(readFileSync(join(out, "summary.json"), "utf8")).toBe("earlier");
});

test("a new night replaces the earlier one whole", () => {
  mkdirSync(out, { recursive: true });
  for (const file of ["summary.json", "of-the-earlier-one"]) writeFileSync(join(out, file), "earlier");
  const workspace = openWorkspace(out);
  writeFileSync(join(workspace.partial, "summary.json"), "new");
  workspace.publish();
  workspace.close();
  expect(readdirSync(out).sort()).toEqual(["logs", "summary.json"]);
});

test("two runs never write to one name", () => {
  const first = openWorkspace(out);
  // The lock holds this very process's number; another one's that lives is refused.
  writeFileSync(`${out}.lock`, String(process.ppid));
  expect(() => openWorkspace(out)).toThrow(`Another run (process ${process.ppid})`);
  // The number of a run that was killed may be another program's by now.
  expect(() => openWorkspace(out)).toThrow(`remove ${out}.lock`);
  expect(existsSync(first.partial)).toBe(true);
  writeFileSync(`${out}.lock`, "999999999");
  openWorkspace(out).close();
  expect(left()).toEqual([]);
});

test("a folder that is no night is left alone", () => {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "thesis.doc"), "x");
  expect(() => openWorkspace(out)).toThrow("holds something other than a night");
  expect(left()).toEqual(["2026-11-22"]);
});

test("the logs of a failed run are kept beside its name, and the next run removes them", () => {
  const workspace = openWorkspace(out);
  expect(workspace.keepLogs()).toBeUndefined();
  writeFileSync(join(workspace.logs(), "aws.log"), "x");
  expect(workspace.keepLogs()).toBe(join(`${out}.failed`, "logs"));
  workspace.close();
  expect(left()).toEqual(["2026-11-22.failed"]);
  openWorkspace(out).close();
  expect(left()).toEqual([]);
});

test.each([
  ["below a file", () => join(folder, "file/below/it")],
  ["where no folder can be made", () => "/proc/nowhere/night"],
])("an out folder %s is refused in one sentence", (_where, path) => {
  writeFileSync(join(folder, "file"), "");
  expect(() => openWorkspace(path())).toThrow(/^--out \S+ cannot be written \([A-Z]+\)\.$/);
});

test("whatever the out folder is called, the work is done under a plain name", () => {
  expect(openWorkspace(out).work).toBe(`${out}.work`);
  const odd = join(folder, "nights/50 % de desconto, não é? #1");
  for (const _ of ["first", "again, after a run that was killed"]) {
    rmSync(`${odd}.lock`, { force: true });
    const { work } = openWorkspace(odd);
    expect(work).toMatch(/^[A-Za-z0-9._/@+=-]+$/);
    expect(readdirSync(work)).toEqual([]);
    writeFileSync(join(work, "x"), "");
  }
  const last = openWorkspace(odd);
  expect(openWorkspace(`${odd}0`).work).not.toBe(last.work);
  openWorkspace(`${odd}0`).close();
  last.close();
  expect(existsSync(last.work)).toBe(false);
});

test("an odd folder for temporary files is no place for that work", () => {
  const odd = join(folder, "nights/não é");
  const [spaced, plain] = [join(folder, "com espaços"), join(folder, "plain")];
  mkdirSync(spaced);
  mkdirSync(plain);
  const workspace = openWorkspace(odd, [spaced, join(folder, "not-there"), plain]);
  expect(workspace.work).toMatch(new RegExp(`^${plain}/[a-z0-9-]+$`));
  workspace.close();
  expect(() => openWorkspace(odd, [spaced])).toThrow(`TMPDIR is ${spaced}`);
  expect(openWorkspace(out, [spaced]).work).toBe(`${out}.work`);
});
