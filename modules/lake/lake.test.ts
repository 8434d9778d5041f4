import { readContracts } from "../../contracts/contract";
import { glueColumns } from "../../contracts/glue-columns";
import { type Clone, cloneFixture } from "../shared/clone-fixture";
import type { PartitionGranularity } from "../shared/partition-keys";
import { type Synthesized, synthesize, TEST_PLATFORM } from "../shared/synth-fixture";
import { Lake } from "./lake";

let clone: Clone;
beforeAll(() => {
  clone = cloneFixture();
  clone.write("models/champion.json", '{"champion":"frequency/1","previous":null}');
  clone.write("models/frequency/1/model.json", "{}");
});
afterAll(() => clone.remove());

function lake(partitionGranularity: PartitionGranularity = "hour", disposable = true, destroyData = true): Synthesized {
  return synthesize(clone.root, (stack) => {
    const contracts = readContracts(`${clone.root}/contracts`);
    new Lake(stack, "lake", {
      platform: { ...TEST_PLATFORM, disposable },
      contracts,
      partitionGranularity,
      destroyData,
    });
  });
}

const BUCKETS = ["in", "out", "artifacts", "logs"];

test("each of the four buckets is private, versioned, encrypted and refuses plain HTTP", () => {
  const stack = lake();
  const references = BUCKETS.map((bucket) => `\${aws_s3_bucket.bucket_${bucket}.bucket}`).sort();
  const bucketsOf = (type: string) =>
    stack
      .all(type)
      .map(({ bucket }) => bucket)
      .sort();
  expect(
    stack
      .all("aws_s3_bucket")
      .map(({ bucket }) => bucket)
      .sort(),
  ).toEqual(BUCKETS.map((name) => `mercafacil-test-${name}`).sort());
  for (const type of [
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_versioning",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
  ]) {
    expect(bucketsOf(type)).toEqual(references);
  }
  for (const block of stack.all("aws_s3_bucket_public_access_block")) {
    expect(block).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
  }
  for (const { policy } of stack.all("aws_s3_bucket_policy")) {
    const { statement } = stack.data.aws_iam_policy_document![policy.split(".")[2]]!;
    expect(statement[0]).toMatchObject({
      effect: "Deny",
      actions: ["s3:*"],
      condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
    });
    expect(statement[0].resources).toHaveLength(2);
  }
});

test("each contract has a table of its columns over its own folder", () => {
  const stack = lake();
  for (const contract of readContracts(`${clone.root}/contracts`)) {
    const table = stack.one("aws_glue_catalog_table", { name: contract.name });
    expect(table.storage_descriptor.columns).toEqual(glueColumns(contract));
    expect(table.storage_descriptor.location).toBe(`s3://\${aws_s3_bucket.bucket_in.bucket}/data/${contract.name}/`);
  }
});

test("Athena finds every partition by arithmetic: each key has its projection", () => {
  const { partition_keys: keys, parameters } = lake("minute").one("aws_glue_catalog_table", { name: "purchase" });
  expect(keys.map(({ name }: { name: string }) => name)).toEqual([
    "event_date",
    "event_hour",
    "event_minute",
    "event_type",
    "region",
  ]);
  expect(parameters["projection.enabled"]).toBe("true");
  expect(parameters["projection.event_date.type"]).toBe("date");
  expect(parameters["projection.event_hour.range"]).toBe("0,23");
  expect(parameters["projection.event_minute.range"]).toBe("0,59");
  expect(parameters["projection.event_minute.digits"]).toBe("2");
  expect(parameters["projection.event_type.values"]).toBe("sale,return");
  expect(parameters["projection.region.values"]).toBe("n,ne,co,se,s,none");
});

test.each([
  ["day", ["event_date", "event_type", "region"]],
  ["hour", ["event_date", "event_hour", "event_type", "region"]],
] as const)("by %s the keys are %j", (granularity, expected) => {
  const { partition_keys: keys } = lake(granularity).one("aws_glue_catalog_table", { name: "purchase" });
  expect(keys.map(({ name }: { name: string }) => name)).toEqual(expected);
});

test("the champion is created once and never reset; the models follow the repository", () => {
  const stack = lake();
  expect(stack.one("aws_s3_object", { key: "models/champion.json" }).lifecycle).toEqual({ ignore_changes: "all" });
  const model = stack.one("aws_s3_object", { key: "models/frequency/1/model.json" });
  expect(model).not.toHaveProperty("lifecycle");
  expect(model.source_hash).toMatch(/^[A-Za-z0-9+/]{43}=$/);
});

test("buckets go with the stack only when the environment and the lake both say so", () => {
  for (const bucket of lake().all("aws_s3_bucket")) expect(bucket).toMatchObject({ force_destroy: true });
  for (const bucket of lake("hour", true, false).all("aws_s3_bucket")) {
    expect(bucket).toMatchObject({ force_destroy: false, lifecycle: { prevent_destroy: true } });
  }
  expect(() => lake("hour", false, true)).toThrow("an environment that is not disposable keeps its data");
});
