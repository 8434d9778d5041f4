import { type Clone, cloneFixture } from "../shared/clone-fixture";
import { type Block, type Synthesized, synthesize, TEST_KEY, TEST_PLATFORM } from "../shared/synth-fixture";
import { MwaaOrchestration } from "./mwaa-orchestration";
import type { NightSettings } from "./night-configuration";

const bucket = (name: string) => ({
  name: `mercafacil-test-${name}`,
  arn: `arn:aws:s3:::mercafacil-test-${name}`,
  key: TEST_KEY,
});
const LAKE = {
  buckets: { in: bucket("in"), out: bucket("out"), artifacts: bucket("artifacts"), logs: bucket("logs") },
};
const NETWORK = {
  kind: "existing" as const,
  vpcId: "vpc-00000000000000001",
  privateSubnetIds: ["subnet-0000000000000000a", "subnet-0000000000000000b"],
  securityGroupIds: ["sg-00000000000000001"],
};
const NIGHT: NightSettings = {
  windowDays: 28,
  lateLookbackDays: 7,
  latePolicy: "drop",
  offers: {
    "*": { k: 4, minimum: 2, fixed: [], excluded: [], maxPerDepartment: 2, staleAfterDays: 30 },
    "rede-norte": { fixed: ["789"], excluded: [{ department: "tabaco" }] },
  },
  cluster: { instanceTypes: [["r6g.2xlarge", "r7g.2xlarge"], ["r6i.2xlarge"]], coreInstances: { least: 2, most: 3 } },
  airflow: { environmentClass: "mw1.medium", minWorkers: 1, maxWorkers: 2 },
};

let clone: Clone;
let stack: Synthesized;
beforeAll(() => {
  clone = cloneFixture();
  clone.write("spark/recommend.py", "");
  clone.write("spark/recommender/__init__.py", "");
  clone.write("dags/test_never_shipped.py", "");
  stack = orchestration();
});
afterAll(() => clone.remove());

function orchestration(): Synthesized {
  return synthesize(clone.root, (scope) => {
    const streams = { bufferSeconds: 300 };
    new MwaaOrchestration(scope, "night", {
      platform: TEST_PLATFORM,
      network: NETWORK,
      lake: LAKE,
      night: NIGHT,
      streams,
    });
  });
}

const keys = () => stack.all("aws_s3_object").map(({ key }) => key);
const allowed = (role: string) => stack.permissions(role).flatMap(({ actions }) => actions);
const resourcesOf = (role: string, action: string): string[] =>
  stack
    .permissions(role)
    .filter(({ actions }) => actions.includes(action))
    .flatMap(({ resources }) => resources);

test("the DAG, its modules and the job's code are uploaded; tests are not", () => {
  expect(keys()).toEqual(
    expect.arrayContaining([
      "dags/recommendations_nightly.py",
      "dags/job_flow.py",
      "code/recommend.py",
      "code/recommender.zip",
    ]),
  );
  expect(keys().filter((key) => key.includes("test_"))).toEqual([]);
});

test("Airflow starts after everything that it runs is uploaded", () => {
  const names = Object.keys(stack.resource.aws_s3_object!).map((name) => `aws_s3_object.${name}`);
  expect(stack.one("aws_mwaa_environment").depends_on).toEqual(expect.arrayContaining(names));
});

test("Airflow is MWAA 3.0.6, reads dags/ of the artifacts bucket and needs no requirements", () => {
  const environment = stack.one("aws_mwaa_environment");
  expect(environment).toMatchObject({
    airflow_version: "3.0.6",
    dag_s3_path: "dags",
    source_bucket_arn: LAKE.buckets.artifacts.arn,
    environment_class: "mw1.medium",
    network_configuration: { subnet_ids: NETWORK.privateSubnetIds, security_group_ids: NETWORK.securityGroupIds },
  });
  expect(environment).not.toHaveProperty("requirements_s3_path");
});

test("the maintenance window keeps clear of the night, which is 02:00–10:00 UTC", () => {
  const [, hour] = stack.one("aws_mwaa_environment").weekly_maintenance_window_start.split(":");
  expect(Number(hour)).toBeGreaterThanOrEqual(10);
  expect(Number(hour)).toBeLessThan(22);
});

test("the DAG's configuration says what the environment says", () => {
  const { content } = stack.one("aws_s3_object", { key: "dags/recommendations_nightly.json" });
  for (const [key, value] of Object.entries({
    environment: '"test"',
    time_zone: '"America/Sao_Paulo"',
    schedule: '"0 23 * * *"',
    firehose_buffer_seconds: 300,
    window_days: 28,
    late_lookback_days: 7,
    late_policy: '"drop"',
    "*": '{"k" = 4, "minimum" = 2, "fixed" = [], "excluded" = [], "max_per_department" = 2, "stale_after_days" = 30}',
    "rede-norte":
      '{"k" = 4, "minimum" = 2, "fixed" = ["789"], "excluded" = [{"department" = "tabaco"}], ' +
      '"max_per_department" = 2, "stale_after_days" = 30}',
    read_contracts: '["purchase", "coupon", "product", "shopper"]',
    buckets: '{"in" = "mercafacil-test-in", "out" = "mercafacil-test-out", "artifacts" = "mercafacil-test-artifacts"}',
    entry: '"s3://mercafacil-test-artifacts/code/recommend.py"',
    package: '"s3://mercafacil-test-artifacts/code/recommender.zip"',
    release_label: '"emr-7.13.0"',
    log_uri: '"s3://mercafacil-test-logs/emr/"',
    instance_types: '[["r6g.2xlarge", "r7g.2xlarge"], ["r6i.2xlarge"]]',
    core_machine: '{"vcpus" = 8, "memory_gib" = 64}',
    core_instances: '{"least" = 2, "most" = 3}',
    idle_timeout_seconds: 1800,
  })) {
    expect(content).toContain(`"${key}" = ${value}`);
  }
});

test("a configuration file among the DAGs is refused: the stack writes it", () => {
  clone.write("dags/recommendations_nightly.json", "{}");
  expect(orchestration).toThrow("dags/recommendations_nightly.json is written by the stack");
  clone.discard("dags/recommendations_nightly.json");
});

test("the DAG gets the cluster's protection by reference, so that no night starts before it is there", () => {
  const { content } = stack.one("aws_s3_object", { key: "dags/recommendations_nightly.json" });
  const [configuration] = Object.keys(stack.resource.aws_emr_security_configuration!);
  expect(content).toContain(`"security_configuration" = aws_emr_security_configuration.${configuration}.name`);
  expect(content).toContain(
    '"security_groups" = {"master" = aws_security_group.security_group_emr-master.id, "core" = aws_security_group.security_group_emr-core.id, "service" = aws_security_group.security_group_emr-service.id, "additional" = ["sg-00000000000000001"]}',
  );
  expect(content).toContain('"managed_policy_tag" = "for-use-with-amazon-emr-managed-policies"');
});

test("EMR encrypts volumes through EC2 alone, and a machine opens no key but those of its disks and the lake", () => {
  const kms = (role: string): Block[] =>
    stack.permissions(role).filter(({ actions }) => actions.some((action: string) => action.startsWith("kms:")));
  const disks = [`\${aws_kms_key.key_nights.arn}`];
  const [describe, use, ...more] = kms("mercafacil-test-emr");
  expect(describe).toEqual({ actions: ["kms:DescribeKey"], resources: disks });
  expect(use).toMatchObject({
    actions: expect.arrayContaining(["kms:CreateGrant", "kms:GenerateDataKeyWithoutPlaintext"]),
    resources: disks,
    condition: [{ test: "StringLike", variable: "kms:ViaService", values: ["ec2.*.amazonaws.com"] }],
  });
  expect(more).toEqual([]);
  const direct = kms("mercafacil-test-emr-nodes").filter(({ condition }) => condition === undefined);
  expect(direct).toEqual([{ actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: disks }]);
});

test("Airflow may pass on the cluster's two roles only, and only to EMR and its machines", () => {
  const pass = stack.permissions("mercafacil-test-airflow").find(({ actions }) => actions.includes("iam:PassRole"))!;
  expect(pass.resources).toEqual([expect.stringMatching(/emr_service/), expect.stringMatching(/emr_nodes/)]);
  expect(pass.condition[0]).toEqual({
    test: "StringEquals",
    variable: "iam:PassedToService",
    values: ["elasticmapreduce.amazonaws.com", "ec2.amazonaws.com"],
  });
});

test("only the job writes snapshots, only Airflow publishes, and neither changes an event", () => {
  const writes = (role: string) => resourcesOf(role, "s3:PutObject");
  expect(writes("mercafacil-test-airflow").some((resource) => resource.includes("/snapshots/"))).toBe(false);
  expect(writes("mercafacil-test-emr-nodes").some((resource) => resource.includes("/data_output/"))).toBe(false);
  for (const role of ["mercafacil-test-airflow", "mercafacil-test-emr-nodes"]) {
    const changes = [...writes(role), ...resourcesOf(role, "s3:DeleteObject")];
    expect(changes.filter((resource) => resource.startsWith(`${LAKE.buckets.in.arn}/data`))).toEqual([]);
    expect(changes.filter((resource) => resource.startsWith(LAKE.buckets.artifacts.arn))).toEqual([]);
  }
});

test("Airflow reads no plaintext of a person: neither quarantine, nor vault, nor secret", () => {
  expect(
    resourcesOf("mercafacil-test-airflow", "s3:GetObject").some((resource) => resource.includes("quarantine")),
  ).toBe(false);
  expect(allowed("mercafacil-test-airflow").filter((action) => /^(dynamodb|secretsmanager):/.test(action))).toEqual([]);
});

test("no action is a wildcard of a whole service", () => {
  for (const role of ["airflow", "emr", "emr-nodes"]) {
    expect(allowed(`mercafacil-test-${role}`).filter((action) => /:\*$/.test(action))).toEqual([]);
  }
});

test("roles of services that name the account insist on this one", () => {
  for (const name of ["mercafacil-test-airflow", "mercafacil-test-emr"]) {
    const role = stack.one("aws_iam_role", { name });
    const trust = stack.data.aws_iam_policy_document![role.assume_role_policy.split(".")[2]]!.statement[0];
    expect(trust.condition).toMatchObject([{ variable: "aws:SourceAccount" }]);
  }
});
