// Another team installs the package into an empty project and gets what this repository deploys: the documentation's
// examples compile there, and synthesize each alone and all four together, with nothing fetched from anywhere.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = path.dirname(__dirname);
const NAME = "@mercafacil/recommendation-platform";
const EXAMPLES = ["dispatch", "ingestion", "lake", "mwaa-orchestration", "observability"];

type Blocks = Record<string, Record<string, Record<string, unknown>>>;
type Stack = { readonly resource: Blocks; readonly data?: Blocks };

let folder: string;
const consumer = (...names: string[]) => path.join(folder, "consumer", ...names);
const installed = (...names: string[]) => consumer("node_modules", NAME, ...names);
const readStack = (name: string): Stack =>
  JSON.parse(readFileSync(consumer("cdktf.out", "stacks", name, "cdk.tf.json"), "utf8"));
const blocksOf = ({ resource }: Stack) => Object.values(resource).flatMap((blocks) => Object.values(blocks));

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "package-test-"));
  const { stdout } = await run(process.execPath, [path.join(__dirname, "package.mjs"), "--out", folder], { cwd: root });
  const script = `
    import { compileConsumer, makeConsumer, synthesizeConsumer } from ${JSON.stringify(path.join(__dirname, "consumer.mjs"))};
    const [folder, tarball] = process.argv.slice(1);
    makeConsumer(folder, tarball);
    for (const resolution of ["bundler", "node16"]) compileConsumer(folder, resolution);
    synthesizeConsumer(folder);`;
  await run(process.execPath, ["--input-type=module", "-e", script, consumer(), stdout.trim()]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every example synthesizes alone, and all four together", () => {
  expect(readdirSync(consumer("cdktf.out", "stacks")).sort()).toEqual(["all-four", ...EXAMPLES].sort());
  const addresses = (name: string) =>
    Object.entries(readStack(name).resource).flatMap(([type, blocks]) => Object.keys(blocks).map((id) => type + id));
  const together = new Set(addresses("all-four"));
  for (const name of EXAMPLES) {
    expect(addresses(name).length).toBeGreaterThan(2);
    expect(addresses(name).filter((address) => !together.has(address))).toEqual([]);
  }
});

test("what the package ships are the very bytes that this repository deploys", async () => {
  const outdir = path.join(folder, "ours");
  await run(process.execPath, ["dist/main.js", "dev"], { cwd: root, env: { ...process.env, CDKTF_OUTDIR: outdir } });
  const ours: Stack = JSON.parse(readFileSync(path.join(outdir, "stacks", "dev", "cdk.tf.json"), "utf8"));
  const shipped = (stack: Stack) =>
    blocksOf(stack).flatMap(({ source_hash: object, source_code_hash: code }) => object ?? code ?? []);
  expect(shipped(ours).length).toBeGreaterThan(20);
  expect(shipped(readStack("all-four")).sort()).toEqual(shipped(ours).sort());
});

test("nothing of the machine that synthesized is in a resource", () => {
  for (const name of EXAMPLES) {
    const { resource, data } = readStack(name);
    expect(JSON.stringify({ resource, data })).not.toContain(folder);
  }
});

test("every entry loads and has types, for new and for old-fashioned resolution", async () => {
  const { exports, typesVersions } = JSON.parse(readFileSync(installed("package.json"), "utf8"));
  const subpaths = Object.keys(exports).filter((name) => name !== "./package.json");
  expect(Object.keys(typesVersions["*"]).map((name) => `./${name}`)).toEqual(subpaths);
  const load = subpaths.map((name) => `require(${JSON.stringify(`${NAME}/${name.slice(2)}`)});`).join("");
  await run(process.execPath, ["-e", load], { cwd: consumer() });
  for (const name of subpaths) {
    expect([`./${typesVersions["*"][name.slice(2)][0]}`]).toEqual([exports[name].types]);
    expect(existsSync(installed(exports[name].types))).toBe(true);
  }
});

test("what is no entry stays inside, and no test travels", async () => {
  const load = run(process.execPath, ["-e", `require("${NAME}/modules/shared/rules")`], { cwd: consumer() });
  await expect(load).rejects.toThrow("ERR_PACKAGE_PATH_NOT_EXPORTED");
  const files = readdirSync(installed(), { recursive: true, encoding: "utf8" });
  expect(files.filter((name) => /(^|\/)(test_|conftest)|\.test\.|fixture|released/.test(name))).toEqual([]);
});

const COUNTED: Record<string, (stack: Stack) => number> = {
  key: ({ resource }) => count(resource.aws_kms_key),
  alarm: ({ resource }) => count(resource.aws_cloudwatch_metric_alarm),
  secret: ({ resource }) => count(resource.aws_secretsmanager_secret),
  "web ACL": ({ resource }) => count(resource.aws_wafv2_web_acl),
  dashboard: ({ resource }) => count(resource.aws_cloudwatch_dashboard),
  "interface endpoint": ({ resource }) =>
    Object.values(resource.aws_vpc_endpoint ?? {}).filter((endpoint) => endpoint.vpc_endpoint_type === "Interface")
      .length,
};
const count = (blocks: object = {}) => Object.keys(blocks).length;

test.each(EXAMPLES)("the page counts what %s costs by the month whether it is used or not", (name) => {
  const page = readFileSync(path.join(root, "docs", "modules.md"), "utf8");
  const section = page.slice(page.indexOf(`\n## ${name}\n`));
  const sentence = /Counted: ([^(.]*)/.exec(section)?.[1] ?? "";
  for (const [what, counted] of Object.entries(COUNTED)) {
    const said = new RegExp(`(\\d+) ${what}s?\\b`).exec(sentence)?.[1] ?? "0";
    expect(`${said} ${what}`).toBe(`${counted(readStack(name))} ${what}`);
  }
});

test.each(EXAMPLES)("the example of %s is ten lines long at most", (name) => {
  const source = readFileSync(path.join(root, "docs", "examples", `${name}.ts`), "utf8");
  expect(source.slice(source.indexOf("export function")).trim().split("\n").length).toBeLessThanOrEqual(10);
});
