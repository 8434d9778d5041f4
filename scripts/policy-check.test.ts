// What Checkov finds is broken unless an exception excuses exactly that, and no exception outlives its reason.
import { evaluate } from "./script-fixture";

/** An expression over the module, with two exceptions at hand and what became of failed checks under them. */
const ask = (expression: string): unknown =>
  evaluate(
    "policy-check.mjs",
    `(() => {
      const logs = { check: "CKV_1", resources: /^aws_s3_bucket\\.bucket_logs$/, why: "S3 asks for it." };
      const inDev = { check: "CKV_2", resources: /./, environments: ["dev"], why: "Invented data." };
      const exceptions = [logs, inDev];
      const failed = [["CKV_1", "aws_s3_bucket.bucket_logs"], ["CKV_1", "aws_s3_bucket.bucket_in"],
        ["CKV_2", "aws_sqs_queue.a"], ["CKV_3", "aws_s3_bucket.bucket_logs"]]
        .map(([check_id, resource]) => ({ check_id, check_name: "a rule", resource }));
      const left = (environment) => it.judgePolicies(environment, failed, exceptions).unexcused
        .map(({ check_id, resource }) => check_id + " " + resource);
      const stale = (needed, environments) => it.staleExceptions(new Set(needed), environments, exceptions)
        .map(({ check }) => check);
      return ${expression};
    })()`,
  );

test("a failed check is excused by its id, its resource and its environment, and by nothing less", () => {
  expect(ask('left("dev")')).toEqual(["CKV_1 aws_s3_bucket.bucket_in", "CKV_3 aws_s3_bucket.bucket_logs"]);
  expect(ask('left("prod")')).toEqual([
    "CKV_1 aws_s3_bucket.bucket_in",
    "CKV_2 aws_sqs_queue.a",
    "CKV_3 aws_s3_bucket.bucket_logs",
  ]);
});

test("an exception that excuses nothing is stale, unless its environments were not looked at", () => {
  expect(ask('stale([logs], ["dev"])')).toEqual(["CKV_2"]);
  expect(ask('stale([], ["prod"])')).toEqual(["CKV_1"]);
  expect(ask('stale(exceptions, ["dev", "prod"])')).toEqual([]);
});

test("each exception says why, once for each check and resource", () => {
  const all = evaluate(
    "policy-exceptions.mjs",
    "it.policyExceptions.map(({ check, resources, why }) => [[check, resources].join(), why])",
  ) as [string, string][];
  for (const [, why] of all) expect(why).toMatch(/^[A-Z].{20,}\.$/);
  expect(new Set(all.map(([key]) => key)).size).toBe(all.length);
});
