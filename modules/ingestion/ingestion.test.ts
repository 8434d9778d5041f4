import { readContracts } from "../../contracts/contract";
import { Lake } from "../lake/lake";
import { type Clone, cloneFixture } from "../shared/clone-fixture";
import { refersTo, type Synthesized, synthesize, TEST_PLATFORM } from "../shared/synth-fixture";
import { Ingestion } from "./ingestion";
import type { StreamSettings } from "./stream-plan";

const STREAMS: StreamSettings = {
  bufferSeconds: 300,
  partitionGranularity: "hour",
  catchUpHours: 24,
  openPartitionQuota: 500,
};

let clone: Clone;
let stack: Synthesized;
beforeAll(() => {
  clone = cloneFixture();
  stack = ingestion();
});
afterAll(() => clone.remove());

function ingestion(streams: StreamSettings = STREAMS, disposable = true, destroyData = true): Synthesized {
  return synthesize(clone.root, (scope) => {
    const platform = { ...TEST_PLATFORM, disposable };
    const contracts = readContracts(`${clone.root}/contracts`);
    const { partitionGranularity } = streams;
    const lake = new Lake(scope, "lake", { platform, contracts, partitionGranularity, destroyData });
    new Ingestion(scope, "ingestion", { platform, contracts, streams, lake, destroyData });
  });
}

const functionNamed = (name: string) => stack.one("aws_lambda_function", { function_name: `mercafacil-test-${name}` });
const actionsOf = (name: string) =>
  stack
    .permissions(`mercafacil-test-${name}`)
    .flatMap(({ actions }) => actions)
    .sort();

test("every contract has a stream that writes Parquet by its own table, and rejected events have one more", () => {
  const contracts = readContracts(`${clone.root}/contracts`).map(({ name }) => name);
  const streams = stack.all("aws_kinesis_firehose_delivery_stream");
  expect(streams.map(({ name }) => name).sort()).toEqual(
    [...contracts, "quarantine"].map((name) => `mercafacil-test-${name}`).sort(),
  );
  for (const contract of contracts) {
    const { extended_s3_configuration: s3 } = stack.one("aws_kinesis_firehose_delivery_stream", {
      name: `mercafacil-test-${contract}`,
    });
    const { schema_configuration: schema, ...conversion } = s3.data_format_conversion_configuration;
    expect(schema.table_name).toBe(`\${aws_glue_catalog_table.events_${contract}.name}`);
    expect(conversion.output_format_configuration.serializer.parquet_ser_de.compression).toBe("SNAPPY");
    expect(s3.dynamic_partitioning_configuration.enabled).toBe(true);
    expect(s3).toMatchObject({ buffering_size: 128, buffering_interval: 300, custom_time_zone: "America/Sao_Paulo" });
  }
});

test("rejected events are kept as they are written, by arrival date", () => {
  const { extended_s3_configuration: s3 } = stack.one("aws_kinesis_firehose_delivery_stream", {
    name: "mercafacil-test-quarantine",
  });
  expect(s3.prefix).toBe("quarantine/ingestion/!{timestamp:yyyy-MM-dd}/");
  expect(s3).not.toHaveProperty("data_format_conversion_configuration");
  expect(s3).not.toHaveProperty("dynamic_partitioning_configuration");
});

test("every stream is encrypted, says where its failures lie, and waits for the policy of its role", () => {
  for (const stream of stack.all("aws_kinesis_firehose_delivery_stream")) {
    const key_arn = `\${aws_kms_key.key_lake.arn}`;
    expect(stream.server_side_encryption).toEqual({ enabled: true, key_type: "CUSTOMER_MANAGED_CMK", key_arn });
    expect(stream.extended_s3_configuration.kms_key_arn).toBe(key_arn);
    expect(stream.extended_s3_configuration.error_output_prefix).toMatch(/^errors\/.*!\{firehose:error-output-type\}/);
    expect(stream.depends_on).toContainEqual(expect.stringMatching(/^aws_iam_role_policy\.ingestion_delivery/));
  }
});

test("the route is POST /{version}/events/{contract}, behind the authorizer, asked by key every 300 s", () => {
  expect(stack.one("aws_api_gateway_method")).toMatchObject({ http_method: "POST", authorization: "CUSTOM" });
  expect(stack.all("aws_api_gateway_resource").map(({ path_part }) => path_part)).toEqual(
    expect.arrayContaining(["{version}", "events", "{contract}"]),
  );
  expect(stack.one("aws_api_gateway_authorizer")).toMatchObject({
    type: "REQUEST",
    identity_source: "method.request.header.Authorization",
    authorizer_result_ttl_in_seconds: 300,
  });
});

test("the authorizer reads keys, and that is all", () => {
  const reading = ["dynamodb:GetItem", "kms:Decrypt"];
  expect(actionsOf("authorizer")).toEqual([...reading, "logs:CreateLogStream", "logs:PutLogEvents"]);
});

test("the collector can seal and never open, write to the vault and never read it", () => {
  const actions = actionsOf("collector");
  const ofSealingKey = stack
    .permissions("mercafacil-test-collector")
    .filter(({ resources }) => resources.some((resource: string) => resource.includes("sealing_key")));
  expect(ofSealingKey.flatMap((permission) => permission.actions)).toEqual(["kms:GetPublicKey"]);
  expect(actions.filter((action) => /^dynamodb:(Get|Query|Scan|BatchGet)/.test(action))).toEqual([]);
  expect(actions).toContain("firehose:PutRecordBatch");
  expect(stack.one("aws_kms_key", { key_usage: "ENCRYPT_DECRYPT" }).customer_master_key_spec).toBe("RSA_4096");
});

test("the collector knows each contract's stream, the vault, the secret, the key and the clock", () => {
  const { variables } = functionNamed("collector").environment;
  expect(variables).toMatchObject({ TIME_ZONE: "America/Sao_Paulo", PARTITION_GRANULARITY: "hour" });
  expect(variables.STREAMS).toContain('"v1/purchase" = aws_kinesis_firehose_delivery_stream.stream_purchase.name');
  expect(refersTo(variables.QUARANTINE_STREAM, "aws_kinesis_firehose_delivery_stream", "name")).toBe(true);
  expect(refersTo(variables.VAULT_TABLE, "aws_dynamodb_table", "name")).toBe(true);
  expect(refersTo(variables.TOKEN_SECRET_ARN, "aws_secretsmanager_secret", "arn")).toBe(true);
  expect(refersTo(variables.SEAL_KEY_ARN, "aws_kms_key", "arn")).toBe(true);
});

test("no secret has a value in the stack", () => {
  expect(stack.all("aws_secretsmanager_secret").map(({ name }) => name)).toEqual(["mercafacil-test/tokens"]);
  expect(stack.resource).not.toHaveProperty("aws_secretsmanager_secret_version");
});

test("tables are billed by request, encrypted and restorable", () => {
  for (const table of stack.all("aws_dynamodb_table")) {
    expect(table).toMatchObject({
      billing_mode: "PAY_PER_REQUEST",
      server_side_encryption: { enabled: true, kms_key_arn: `\${aws_kms_key.key_shoppers.arn}` },
      point_in_time_recovery: { enabled: true },
    });
  }
});

test("by minute with a day to catch up, purchases would open too many partitions: synth says so", () => {
  const minute = { ...STREAMS, partitionGranularity: "minute" } as const;
  expect(() => ingestion(minute)).toThrow(
    /stream mercafacil-test-purchase: received \{"openPartitions":\d{4,},"openPartitionQuota":500\}/,
  );
});

test("what holds data is protected unless the environment and the module both let it go", () => {
  const kept = ingestion(STREAMS, true, false);
  for (const type of ["aws_dynamodb_table", "aws_secretsmanager_secret", "aws_kms_key"]) {
    for (const block of kept.all(type)) expect(block.lifecycle).toEqual({ prevent_destroy: true });
    for (const block of stack.all(type)) expect(block).not.toHaveProperty("lifecycle");
  }
  for (const table of kept.all("aws_dynamodb_table")) expect(table.deletion_protection_enabled).toBe(true);
  expect(() => ingestion(STREAMS, false, true)).toThrow("destroyData is true only where environmentIsDisposable is");
});
