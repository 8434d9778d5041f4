// The lint that CI runs refuses whole-package imports that cost seconds, in every form and in tests too.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const project = path.dirname(__dirname);
let folder: string;
let output: string;

/** Every source that the lint has to judge, under the name of the file it is put in. */
const sources = new Map<string, string>();

/** Puts a source into a file of its own, in production and in a test; gives the names. */
const plant = (name: string, source: string): string[] =>
  [`${name}.ts`, `${name}.test.ts`].map((file) => {
    sources.set(file, source);
    return file;
  });

const forms = (name: string): [string, string][] => [
  ["import", `import { all } from "${name}";\nconsole.log(all);\n`],
  ["import for its effects", `import "${name}";\n`],
  ["import of a type", `import type { All } from "${name}";\nexport type One = All;\n`],
  ["export", `export { all } from "${name}";\n`],
  ["require", `const all = require("${name}");\nconsole.log(all);\n`],
  ["import-require", `import all = require("${name}");\nconsole.log(all);\n`],
  ["import()", `export const all = () => import("${name}");\n`],
];

const barrels = [
  "@cdktf/provider-aws",
  "@cdktf/provider-aws/lib",
  "@cdktf/provider-aws/lib/index.js",
  "twilio",
  "twilio/lib",
];

const wholePackages = barrels.flatMap((name, package_) =>
  forms(name).flatMap(([form, source], place) =>
    plant(`whole-${package_}-${place}`, source).map((file) => [form, name, file] as const),
  ),
);
const oneResource = ["@cdktf/provider-aws/lib/s3-bucket", "twilio/lib/base/Version"].flatMap((name, place) =>
  plant(`one-${place}`, `import { One } from "${name}";\nconsole.log(One);\n`).map((file) => [name, file] as const),
);
const ownRules = (
  [
    ["noExplicitAny", "export const one: any = 1;\n"],
    ["noDefaultExport", "const one = 1;\nexport default one;\n"],
    ["noReExportAll", 'export * from "./bucket";\n'],
    ["noBarrelFile", 'export { one } from "./bucket";\n'],
  ] as const
).flatMap(([rule, source]) => plant(rule, source).map((file) => [rule, file] as const));

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "lint-"));
  for (const name of ["biome.json", ".gitignore"]) cpSync(path.join(project, name), path.join(folder, name));
  mkdirSync(path.join(folder, "modules"));
  for (const [file, source] of sources) writeFileSync(path.join(folder, "modules", file), source);
  const biome = path.join(project, "node_modules", "@biomejs", "biome", "bin", "biome");
  const args = [biome, "lint", "--colors=off", "--max-diagnostics=none", "modules"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 26 });
  output = stdout + stderr;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The rules that a file breaks. */
const broken = (file: string): string[] =>
  output
    .split("\n")
    .filter((line) => line.startsWith(`modules/${file}:`))
    .flatMap((line) => / lint\/\w+\/(\w+)/.exec(line)?.[1] ?? []);

test.each(wholePackages)("%s of the whole of %s fails (%s)", (_form, _name, file) => {
  expect(broken(file)).toContain("noRestrictedImports");
});

test.each(oneResource)("the one resource %s may be imported (%s)", (_name, file) => {
  expect(broken(file)).toEqual([]);
});

test.each(ownRules)("%s holds (%s)", (rule, file) => {
  expect(broken(file)).toContain(rule);
});
