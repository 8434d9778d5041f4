// The check of the way out of CDKTF sees a forgotten import, and every difference that is more than a version.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const at = (name: string) => JSON.stringify(path.join(__dirname, name));

async function evaluate(code: string): Promise<unknown> {
  const imports = `import { namesCdktf, renameImports } from ${at("rename-imports.mjs")};
    import { addressesOf, comparable, differences } from ${at("synthesized-differences.mjs")};`;
  const script = `${imports} console.log(JSON.stringify(${code}));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script]);
  return JSON.parse(stdout);
}

test("imports are renamed, deep ones too, and nothing else is", async () => {
  const source = [
    'import { App } from "cdktf";',
    'import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";',
    'const path = "cdktf.out"; // cdktf',
  ].join("\n");
  const renamed = source.replace('"cdktf"', '"cdktn"').replace("@cdktf/", "@cdktn/");
  expect(await evaluate(`renameImports(${JSON.stringify(source)})`)).toBe(renamed);
  expect(await evaluate(`namesCdktf(${JSON.stringify(renamed)})`)).toBe(false);
});

test("a file that names cdktf in another way is told", async () => {
  expect(await evaluate("namesCdktf(\"jest.mock('cdktf')\")")).toBe(true);
});

test("versions and the provider's source are no difference; an attribute or an address is", async () => {
  const stack = (version: string, source: string, resource: object) =>
    JSON.stringify({
      "//": { metadata: { version } },
      terraform: { backend: { s3: {} }, required_providers: { aws: { source, version } } },
      resource,
    });
  const before = stack("0.21.0", "aws", { aws_s3_bucket: { a: { "//": { path: "x" }, bucket: "one" }, b: {} } });
  const compare = (after: string) =>
    evaluate(`differences(comparable(${JSON.stringify(before)}), comparable(${JSON.stringify(after)}))`);
  const same = { aws_s3_bucket: { a: { bucket: "one" }, b: {} } };
  expect(await compare(stack("0.24.0", "registry.terraform.io/hashicorp/aws", same))).toEqual([]);
  const other = { aws_s3_bucket: { a: { bucket: "two" }, c: {} } };
  expect(await compare(stack("0.24.0", "aws", other))).toEqual([
    'resource.aws_s3_bucket.a.bucket: "one" became "two"',
    "resource.aws_s3_bucket.b: {} became nothing",
    "resource.aws_s3_bucket.c: nothing became {}",
  ]);
});

test("data sources count as addresses", async () => {
  const json = { resource: { aws_s3_bucket: { a: {} } }, data: { aws_region: { here: {} } } };
  expect(await evaluate(`addressesOf(${JSON.stringify(json)})`)).toEqual(["aws_s3_bucket.a", "data.aws_region.here"]);
});
