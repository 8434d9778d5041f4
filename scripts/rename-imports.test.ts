// The check of the way out of CDKTF sees a forgotten import, and every difference that is more than a version.
import { evaluate } from "./script-fixture";

const RENAMES = "rename-imports.mjs";
const DIFFERENCES = "synthesized-differences.mjs";

test("imports are renamed, deep ones too, and nothing else is", () => {
  const source = [
    'import { App } from "cdktf";',
    'import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";',
    'const path = "cdktf.out"; // cdktf',
  ].join("\n");
  const renamed = source.replace('"cdktf"', '"cdktn"').replace("@cdktf/", "@cdktn/");
  expect(evaluate(RENAMES, "it.renameImports(given)", source)).toBe(renamed);
  expect(evaluate(RENAMES, "it.namesCdktf(given)", renamed)).toBe(false);
});

test("a file that names cdktf in another way is told", () => {
  expect(evaluate(RENAMES, "it.namesCdktf(given)", "jest.mock('cdktf')")).toBe(true);
});

test("versions and the provider's source are no difference; an attribute or an address is", () => {
  const stack = (version: string, source: string, resource: object) =>
    JSON.stringify({
      "//": { metadata: { version } },
      terraform: { backend: { s3: {} }, required_providers: { aws: { source, version } } },
      resource,
    });
  const before = stack("0.21.0", "aws", { aws_s3_bucket: { a: { "//": { path: "x" }, bucket: "one" }, b: {} } });
  const compare = (after: string) =>
    evaluate(DIFFERENCES, "it.differences(...given.map(it.comparable))", [before, after]);
  const same = { aws_s3_bucket: { a: { bucket: "one" }, b: {} } };
  expect(compare(stack("0.24.0", "registry.terraform.io/hashicorp/aws", same))).toEqual([]);
  const other = { aws_s3_bucket: { a: { bucket: "two" }, c: {} } };
  expect(compare(stack("0.24.0", "aws", other))).toEqual([
    'resource.aws_s3_bucket.a.bucket: "one" became "two"',
    "resource.aws_s3_bucket.b: {} became nothing",
    "resource.aws_s3_bucket.c: nothing became {}",
  ]);
});

test("data sources count as addresses", () => {
  const json = { resource: { aws_s3_bucket: { a: {} } }, data: { aws_region: { here: {} } } };
  expect(evaluate(DIFFERENCES, "it.addressesOf(given)", json)).toEqual(["aws_s3_bucket.a", "data.aws_region.here"]);
});
