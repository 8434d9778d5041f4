// What Checkov finds is broken unless an exception excuses exactly that, and no exception outlives its reason.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const at = (name: string) => JSON.stringify(path.join(__dirname, name));

const evaluate = async (code: string): Promise<unknown> => {
  const imports = `import { judgePolicies, staleExceptions } from ${at("policy-check.mjs")};
    import { policyExceptions } from ${at("policy-exceptions.mjs")};
    const logs = { check: "CKV_1", resources: /^aws_s3_bucket\\.bucket_logs$/, why: "S3 asks for it." };
    const inDev = { check: "CKV_2", resources: /./, environments: ["dev"], why: "Invented data." };
    const exceptions = [logs, inDev];
    const failed = [["CKV_1", "aws_s3_bucket.bucket_logs"], ["CKV_1", "aws_s3_bucket.bucket_in"],
      ["CKV_2", "aws_sqs_queue.a"], ["CKV_3", "aws_s3_bucket.bucket_logs"]]
      .map(([check_id, resource]) => ({ check_id, check_name: "a rule", resource }));
    const left = (environment) => judgePolicies(environment, failed, exceptions).unexcused
      .map(({ check_id, resource }) => check_id + " " + resource);
    const stale = (needed, environments) => staleExceptions(new Set(needed), environments, exceptions).map(({ check }) => check);`;
  const { stdout } = await run(process.execPath, [
    "--input-type=module",
    "-e",
    `${imports} console.log(JSON.stringify(${code}));`,
  ]);
  return JSON.parse(stdout);
};

test("a failed check is excused by its id, its resource and its environment, and by nothing less", async () => {
  expect(await evaluate('left("dev")')).toEqual(["CKV_1 aws_s3_bucket.bucket_in", "CKV_3 aws_s3_bucket.bucket_logs"]);
  expect(await evaluate('left("prod")')).toEqual([
    "CKV_1 aws_s3_bucket.bucket_in",
    "CKV_2 aws_sqs_queue.a",
    "CKV_3 aws_s3_bucket.bucket_logs",
  ]);
});

test("an exception that excuses nothing is stale, unless its environments were not looked at", async () => {
  expect(await evaluate('stale([logs], ["dev"])')).toEqual(["CKV_2"]);
  expect(await evaluate('stale([], ["prod"])')).toEqual(["CKV_1"]);
  expect(await evaluate('stale(exceptions, ["dev", "prod"])')).toEqual([]);
});

test("each exception says why, once for each check and resource", async () => {
  const all = (await evaluate(
    "policyExceptions.map(({ check, resources, why }) => [[check, resources].join(), why])",
  )) as [string, string][];
  for (const [, why] of all) expect(why).toMatch(/^[A-Z].{20,}\.$/);
  expect(new Set(all.map(([key]) => key)).size).toBe(all.length);
});
