import { readContracts } from "../../contracts/contract";
import { glueColumns } from "../../contracts/glue-columns";
import { type Clone, cloneFixture } from "../shared/clone-fixture";
import type { PartitionGranularity } from "../shared/partition-keys";
import { type Block, type Synthesized, synthesize, TEST_PLATFORM } from "../shared/synth-fixture";
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
    "aws_s3_bucket_lifecycle_configuration",
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

test("data lies under the lake's own key, asked for once for many objects; S3 can write its access logs beside it", () => {
  const stack = lake();
  const encryption = new Map(
    stack
      .all("aws_s3_bucket_server_side_encryption_configuration")
      .map(({ bucket, rule }) => [bucket.split(".")[1], rule[0]]),
  );
  const keyed = { sse_algorithm: "aws:kms", kms_master_key_id: `\${aws_kms_key.key_lake.arn}` };
  for (const name of ["in", "out", "artifacts"]) {
    expect(encryption.get(`bucket_${name}`)).toEqual({
      bucket_key_enabled: true,
      apply_server_side_encryption_by_default: keyed,
    });
  }
  expect(encryption.get("bucket_logs").apply_server_side_encryption_by_default).toEqual({ sse_algorithm: "AES256" });
  expect(stack.one("aws_kms_key").enable_key_rotation).toBe(true);
});

test("who reads or writes data is logged, and only S3's own log writer of this account may write there", () => {
  const stack = lake();
  const logged = stack.all("aws_s3_bucket_logging");
  expect(logged.map(({ target_prefix }) => target_prefix).sort()).toEqual([
    "access/artifacts/",
    "access/in/",
    "access/out/",
  ]);
  for (const { target_bucket } of logged) expect(target_bucket).toBe(`\${aws_s3_bucket.bucket_logs.bucket}`);
  const policies = stack.all("aws_s3_bucket_policy").map(({ bucket, policy }) => {
    const { statement } = stack.data.aws_iam_policy_document![policy.split(".")[2]]!;
    return [bucket.split(".")[1], statement.slice(1)];
  });
  const allowed = Object.fromEntries(policies);
  expect(allowed.bucket_logs).toHaveLength(1);
  expect(allowed.bucket_logs[0]).toMatchObject({
    actions: ["s3:PutObject"],
    resources: [`\${aws_s3_bucket.bucket_logs.arn}/access/*`],
    principals: [{ type: "Service", identifiers: ["logging.s3.amazonaws.com"] }],
    condition: [{ variable: "aws:SourceAccount" }],
  });
  for (const name of ["in", "out", "artifacts"]) expect(allowed[`bucket_${name}`]).toEqual([]);
});

test("superseded versions end everywhere, and each folder ends with its use", () => {
  const stack = lake();
  const rulesOf = (name: string): Block[] =>
    stack.one("aws_s3_bucket_lifecycle_configuration", { bucket: `\${aws_s3_bucket.bucket_${name}.bucket}` }).rule;
  const days = (name: string) =>
    Object.fromEntries(
      rulesOf(name).flatMap((rule) => (rule.expiration ? [[rule.filter[0].prefix, rule.expiration[0].days]] : [])),
    );
  for (const name of BUCKETS) {
    expect(rulesOf(name)[0]).toMatchObject({
      filter: [{ prefix: "" }],
      noncurrent_version_expiration: [{ noncurrent_days: 30 }],
    });
  }
  expect(Object.keys(days("in"))).toEqual(["data/", "errors/", "quarantine/", "snapshots/", "runs/"]);
  expect(Object.keys(days("out"))).toEqual(["staging/", "data_output/", "reports/"]);
  expect(days("artifacts")).toEqual({});
  // An event may be 400 days old when it comes, and a night looks at its window and the late ones before it.
  expect(days("in")["data/"]).toBeGreaterThan(400 + 56 + 14);
  expect(days("in")["runs/"]).toBeGreaterThan(56 + 14);
});

test("a question to the lake may read so much and no more, whatever its client asks for", () => {
  const { configuration, force_destroy } = lake().one("aws_athena_workgroup");
  expect(force_destroy).toBe(true);
  expect(configuration).toMatchObject({
    enforce_workgroup_configuration: true,
    bytes_scanned_cutoff_per_query: 100 * 1024 ** 3,
    result_configuration: { output_location: `s3://\${aws_s3_bucket.bucket_logs.bucket}/athena/` },
  });
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
