import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { GlueCatalogTable } from "@cdktf/provider-aws/lib/glue-catalog-table";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { type TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { AWS_LIMITS } from "./aws-limits";
import { refuseWhatAwsRefuses } from "./refuse-at-aws";
import { type Rule, violations } from "./rules";
import { synthesize } from "./synth-fixture";

type Type = keyof typeof AWS_LIMITS;

/** What the provider's class holds of these arguments, as far as limits look at it. */
const resource = (settings: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${name}Input`, value]));

const broken = (type: Type, settings: Record<string, unknown>): string[] =>
  violations(type, resource(settings), AWS_LIMITS[type] as unknown as readonly Rule<Record<string, unknown>>[]);

const x = (length: number) => "x".repeat(length);
const columns = (name: string, type: string) => ({ storageDescriptor: { columns: [{ name, type }] } });

// What AWS just takes, what it just refuses, and the limit that says so.
const cases: [Type, limit: string, taken: Record<string, unknown>[], refused: Record<string, unknown>[]][] = [
  ["aws_athena_workgroup", "name", [{ name: x(128) }], [{ name: x(129) }, { name: "a b" }]],
  [
    "aws_athena_workgroup",
    "bytesScannedCutoffPerQuery",
    [{ configuration: { bytesScannedCutoffPerQuery: 10_000_000 } }],
    [{ configuration: { bytesScannedCutoffPerQuery: 9_999_999 } }],
  ],
  ["aws_budgets_budget", "name", [{ name: x(100) }], [{ name: x(101) }, { name: "a:b" }]],
  ["aws_cloudwatch_dashboard", "dashboardName", [{ dashboardName: x(255) }], [{ dashboardName: "a b" }]],
  ["aws_cloudwatch_log_group", "name", [{ name: "/aws/lambda/a-b" }], [{ name: x(513) }, { name: "a b" }]],
  ["aws_cloudwatch_log_group", "retentionInDays", [{ retentionInDays: 365 }], [{ retentionInDays: 364 }]],
  ["aws_cloudwatch_log_metric_filter", "name", [{ name: "a b" }], [{ name: "a:b" }]],
  ["aws_cloudwatch_log_stream", "name", [{ name: "purchase" }], [{ name: "*" }]],
  ["aws_cloudwatch_metric_alarm", "alarmName", [{ alarmName: x(255) }], [{ alarmName: x(256) }, { alarmName: "" }]],
  [
    "aws_cloudwatch_metric_alarm",
    "a metric's period",
    [{ period: 60, evaluationPeriods: 1_440 }, { period: 86_400, evaluationPeriods: 7 }, { period: 10 }],
    [{ period: 90 }, { period: 60, evaluationPeriods: 1_441 }, { period: 86_400, evaluationPeriods: 8 }],
  ],
  ["aws_dynamodb_table", "name", [{ name: "abc" }, { name: x(255) }], [{ name: "ab" }, { name: x(256) }]],
  ["aws_emr_security_configuration", "name", [{ name: x(10_280) }], [{ name: x(10_281) }, { name: "" }]],
  ["aws_glue_catalog_database", "name", [{ name: "mercafacil_dev" }], [{ name: "mercafacil-dev" }, { name: "Dev" }]],
  ["aws_glue_catalog_table", "name", [{ name: x(255) }], [{ name: x(256) }, { name: "a-b" }]],
  [
    "aws_glue_catalog_table",
    "columns",
    [columns(x(255), "array<string>"), { partitionKeys: [{ name: "event_date", type: "string" }] }],
    [columns(x(256), "string"), columns("Sku", "string"), columns("a", "number"), { partitionKeys: [{ name: "a b" }] }],
  ],
  ["aws_iam_instance_profile", "name", [{ name: x(128) }], [{ name: x(129) }]],
  ["aws_iam_policy", "name", [{ name: x(128) }], [{ name: "a/b" }]],
  ["aws_iam_role", "name", [{ name: x(64) }], [{ name: x(65) }, { name: "a b" }]],
  ["aws_iam_role", "maxSessionDuration", [{ maxSessionDuration: 3_600 }], [{ maxSessionDuration: 3_599 }]],
  ["aws_iam_role_policy", "name", [{ name: x(128) }], [{ name: x(129) }]],
  ["aws_kinesis_firehose_delivery_stream", "name", [{ name: x(64) }], [{ name: x(65) }, { name: "a b" }]],
  [
    "aws_kinesis_firehose_delivery_stream",
    "buffers hold",
    [{ extendedS3Configuration: { bufferingSize: 128, bufferingInterval: 900 } }],
    [{ extendedS3Configuration: { bufferingSize: 129 } }, { extendedS3Configuration: { bufferingInterval: 901 } }],
  ],
  [
    "aws_kinesis_firehose_delivery_stream",
    "a prefix with expressions",
    [{ extendedS3Configuration: { prefix: "a/" } }],
    [{ extendedS3Configuration: { prefix: "a/!{timestamp:yyyy}/", errorOutputPrefix: "errors/" } }],
  ],
  ["aws_kms_alias", "name", [{ name: "alias/mercafacil-dev-lake" }], [{ name: "lake" }, { name: "alias/aws/s3" }]],
  ["aws_kms_key", "deletionWindowInDays", [{ deletionWindowInDays: 7 }], [{ deletionWindowInDays: 31 }]],
  ["aws_lambda_event_source_mapping", "batchSize", [{ batchSize: 10 }], [{ batchSize: 0 }]],
  [
    "aws_lambda_event_source_mapping",
    "more than 10 messages",
    [{ batchSize: 11, maximumBatchingWindowInSeconds: 1 }],
    [{ batchSize: 11 }],
  ],
  [
    "aws_lambda_event_source_mapping",
    "maximumConcurrency",
    [{ scalingConfig: { maximumConcurrency: 2 } }],
    [{ scalingConfig: { maximumConcurrency: 1 } }, { scalingConfig: { maximumConcurrency: 1_001 } }],
  ],
  [
    "aws_lambda_function",
    "functionName",
    [{ functionName: x(64) }],
    [{ functionName: x(65) }, { functionName: "a.b" }],
  ],
  ["aws_lambda_function", "timeout", [{ timeout: 900 }], [{ timeout: 901 }, { timeout: 0 }]],
  ["aws_lambda_function", "memorySize", [{ memorySize: 128 }], [{ memorySize: 127 }, { memorySize: 10_241 }]],
  [
    "aws_lambda_function",
    "reservedConcurrentExecutions",
    [{ reservedConcurrentExecutions: -1 }],
    [{ reservedConcurrentExecutions: -2 }],
  ],
  [
    "aws_lambda_function",
    "environment variables",
    [{ environment: { variables: { TIME_ZONE: x(4_087) } } }],
    [{ environment: { variables: { TIME_ZONE: x(4_088) } } }, { environment: { variables: { "TIME-ZONE": "" } } }],
  ],
  [
    "aws_lambda_function_event_invoke_config",
    "maximumRetryAttempts",
    [{ maximumRetryAttempts: 2 }],
    [{ maximumRetryAttempts: 3 }],
  ],
  [
    "aws_lambda_function_event_invoke_config",
    "maximumEventAgeInSeconds",
    [{ maximumEventAgeInSeconds: 60 }],
    [{ maximumEventAgeInSeconds: 59 }],
  ],
  ["aws_mwaa_environment", "name", [{ name: x(80) }], [{ name: x(81) }, { name: "1st" }]],
  [
    "aws_mwaa_environment",
    "weeklyMaintenanceWindowStart",
    [{ weeklyMaintenanceWindowStart: "SUN:15:30" }],
    [{ weeklyMaintenanceWindowStart: "SUN:15:15" }, { weeklyMaintenanceWindowStart: "DOM:15:00" }],
  ],
  [
    "aws_s3_bucket",
    "bucket",
    [{ bucket: "abc" }, { bucket: x(63) }],
    [
      ...["ab", x(64), "Abc", "a_b", "a.b", "-ab", "ab-", "xn--ab", "sthree-ab", "amzn-s3-demo-ab"],
      ...["ab-s3alias", "ab--ol-s3", "ab.mrap", "ab--x-s3", "ab--table-s3"],
    ].map((bucket) => ({ bucket })),
  ],
  ["aws_s3_object", "key", [{ key: x(1_024) }], [{ key: "é".repeat(513) }, { key: "" }]],
  ["aws_scheduler_schedule", "name", [{ name: x(64) }], [{ name: x(65) }]],
  [
    "aws_scheduler_schedule",
    "scheduleExpression is",
    [{ scheduleExpression: "cron(0 8-19 * * ? *)" }],
    [{ scheduleExpression: "cron(0 8 * * *)" }],
  ],
  [
    "aws_scheduler_schedule",
    "scheduleExpressionTimezone",
    [{ scheduleExpressionTimezone: "America/Sao_Paulo" }],
    [{ scheduleExpressionTimezone: "BRT" }],
  ],
  ["aws_secretsmanager_secret", "name", [{ name: "a/tokens" }], [{ name: x(513) }, { name: "a/my-tokens" }]],
  [
    "aws_secretsmanager_secret",
    "recoveryWindowInDays",
    [{ recoveryWindowInDays: 0 }, { recoveryWindowInDays: 30 }],
    [{ recoveryWindowInDays: 6 }],
  ],
  ["aws_security_group", "name", [{ name: "mercafacil-dev-night" }], [{ name: "sg-night" }, { name: x(256) }]],
  ["aws_sns_topic", "name", [{ name: x(256) }], [{ name: x(257) }, { name: "a b" }]],
  ["aws_sqs_queue", "name", [{ name: x(80) }], [{ name: x(81) }, { name: "a.b" }]],
  [
    "aws_sqs_queue",
    "messageRetentionSeconds",
    [{ messageRetentionSeconds: 1_209_600 }],
    [{ messageRetentionSeconds: 59 }, { messageRetentionSeconds: 1_209_601 }],
  ],
  [
    "aws_sqs_queue",
    "visibilityTimeoutSeconds",
    [{ visibilityTimeoutSeconds: 43_200 }],
    [{ visibilityTimeoutSeconds: 43_201 }],
  ],
  ["aws_sqs_queue", "delaySeconds", [{ delaySeconds: 900 }], [{ delaySeconds: 901 }]],
  ["aws_sqs_queue", "receiveWaitTimeSeconds", [{ receiveWaitTimeSeconds: 20 }], [{ receiveWaitTimeSeconds: 21 }]],
  ["aws_wafv2_web_acl", "name", [{ name: x(128) }], [{ name: x(129) }]],
];

test.each(cases)("%s: %s", (type, limit, taken, refused) => {
  for (const settings of taken) expect({ settings, broken: broken(type, settings) }).toEqual({ settings, broken: [] });
  for (const settings of refused) {
    const sentences = broken(type, settings);
    expect({ settings, sentences }).toEqual({ settings, sentences: [expect.stringContaining(`rule: ${limit}`)] });
    expect(sentences[0]).toMatch(/received .+; rule: .+; see https:\/\/docs\.aws\.amazon\.com\/\S+$/);
  }
});

test("every limit has a case", () => {
  for (const type of Object.keys(AWS_LIMITS) as Type[]) {
    const limits = cases.filter(([of]) => of === type).map(([, limit]) => limit);
    const without = AWS_LIMITS[type]
      .map(({ rule }) => rule)
      .filter((rule) => !limits.some((it) => rule.startsWith(it)));
    expect({ type, without }).toEqual({ type, without: [] });
  }
});

test("an attribute that is not set, or that only Terraform knows, is left alone", () => {
  for (const type of Object.keys(AWS_LIMITS) as Type[])
    expect({ type, broken: broken(type, {}) }).toEqual({ type, broken: [] });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a Terraform reference.
  expect(broken("aws_s3_bucket", { bucket: "${var.Bucket}" })).toEqual([]);
  expect(broken("aws_s3_bucket", { bucket: Token.asString({ resolve: () => "Bucket" }) })).toEqual([]);
});

/** The sentences by which synth refuses what `build` puts below a judged construct. */
function refusal(build: (scope: Construct, stack: TerraformStack) => void): string {
  try {
    synthesize("/nowhere", (stack) => {
      const scope = new Construct(stack, "module");
      refuseWhatAwsRefuses(scope);
      build(scope, stack);
    });
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

test("real resources are judged by what was really set, each by its address", () => {
  const message = refusal((scope) => {
    new S3Bucket(scope, "bucket", { bucket: "Events" });
    new GlueCatalogTable(scope, "table", {
      name: "events",
      databaseName: "lake",
      storageDescriptor: { columns: [{ name: "sku", type: "text" }] },
    });
  });
  expect(message).toMatch(/aws_s3_bucket\.module_bucket_\w+: received "Events"; rule: bucket has 3–63/);
  expect(message).toMatch(
    /aws_glue_catalog_table\.module_table_\w+: received \[\{"name":"sku","type":"text"\}\]; rule: col/,
  );
});

test("what many resources break in the same way is said once, with their number", () => {
  const message = refusal((scope) => {
    for (const name of ["one", "two", "three"]) new CloudwatchLogGroup(scope, name, { name, retentionInDays: 10 });
  });
  expect(message.match(/received 10/g)).toHaveLength(1);
  expect(message).toMatch(/aws_cloudwatch_log_group\.module_one_\w+ and 2 more: received 10/);
});

test("a module inside what is judged already is not judged twice, and what lies beside it not at all", () => {
  const message = refusal((scope, stack) => {
    const inner = new Construct(scope, "inner");
    refuseWhatAwsRefuses(inner);
    new S3Bucket(inner, "bucket", { bucket: "Events" });
    new S3Bucket(stack, "neighbour", { bucket: "Others" });
  });
  expect(message.match(/Events/g)).toHaveLength(1);
  expect(message).not.toContain("Others");
});
