// What AWS would refuse after minutes of applying, by resource type and attribute, each with AWS's page that says so.
// The provider checks only a part of this, and only with credentials.
import type { AthenaWorkgroup } from "@cdktf/provider-aws/lib/athena-workgroup";
import type { BudgetsBudget } from "@cdktf/provider-aws/lib/budgets-budget";
import type { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import type { CloudwatchLogStream } from "@cdktf/provider-aws/lib/cloudwatch-log-stream";
import type { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import type { EmrSecurityConfiguration } from "@cdktf/provider-aws/lib/emr-security-configuration";
import type { GlueCatalogDatabase } from "@cdktf/provider-aws/lib/glue-catalog-database";
import type { GlueCatalogTable } from "@cdktf/provider-aws/lib/glue-catalog-table";
import type { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import type { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { KinesisFirehoseDeliveryStream } from "@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream";
import type { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import type { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config";
import type { MwaaEnvironment } from "@cdktf/provider-aws/lib/mwaa-environment";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import type { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import type { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { Wafv2WebAcl } from "@cdktf/provider-aws/lib/wafv2-web-acl";
import { limit, named, oneOf, within } from "./aws-limit";
import { isBucketName } from "./bucket-name";
import { isGlueType } from "./glue-type";
import { isTimeZone, type Rule } from "./rules";
import { isScheduleExpression } from "./schedule-expression";

/** Days that CloudWatch Logs keeps lines. */
export const LOG_RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

// Lambda holds 4 KB of environment variables in all; references count as nothing here.
const ENVIRONMENT_BYTES = 4_096;

const DOCS = "https://docs.aws.amazon.com";
const ATHENA = `${DOCS}/athena/latest/APIReference/API_CreateWorkGroup.html`;
const IAM = `${DOCS}/IAM/latest/UserGuide/reference_iam-quotas.html`;
const LAMBDA = `${DOCS}/lambda/latest/api/API_CreateFunction.html`;
const MAPPING = `${DOCS}/lambda/latest/api/API_CreateEventSourceMapping.html`;
const INVOKE = `${DOCS}/lambda/latest/api/API_PutFunctionEventInvokeConfig.html`;
const LOGS = `${DOCS}/AmazonCloudWatchLogs/latest/APIReference`;
const CLOUDWATCH = `${DOCS}/AmazonCloudWatch/latest/APIReference`;
const GLUE = `${DOCS}/athena/latest/ug/tables-databases-columns-names.html`;
const FIREHOSE = `${DOCS}/firehose/latest/APIReference`;
const SCHEDULER = `${DOCS}/scheduler/latest/APIReference/API_CreateSchedule.html`;
const SECRET = `${DOCS}/secretsmanager/latest/apireference/API_CreateSecret.html`;
const QUEUE = `${DOCS}/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html`;

/** The provider's classes that have limits, by Terraform's name of them. */
export interface LimitedResources {
  aws_athena_workgroup: AthenaWorkgroup;
  aws_budgets_budget: BudgetsBudget;
  aws_cloudwatch_dashboard: CloudwatchDashboard;
  aws_cloudwatch_log_group: CloudwatchLogGroup;
  aws_cloudwatch_log_metric_filter: CloudwatchLogMetricFilter;
  aws_cloudwatch_log_stream: CloudwatchLogStream;
  aws_cloudwatch_metric_alarm: CloudwatchMetricAlarm;
  aws_dynamodb_table: DynamodbTable;
  aws_emr_security_configuration: EmrSecurityConfiguration;
  aws_glue_catalog_database: GlueCatalogDatabase;
  aws_glue_catalog_table: GlueCatalogTable;
  aws_iam_instance_profile: IamInstanceProfile;
  aws_iam_policy: IamPolicy;
  aws_iam_role: IamRole;
  aws_iam_role_policy: IamRolePolicy;
  aws_kinesis_firehose_delivery_stream: KinesisFirehoseDeliveryStream;
  aws_kms_alias: KmsAlias;
  aws_kms_key: KmsKey;
  aws_lambda_event_source_mapping: LambdaEventSourceMapping;
  aws_lambda_function: LambdaFunction;
  aws_lambda_function_event_invoke_config: LambdaFunctionEventInvokeConfig;
  aws_mwaa_environment: MwaaEnvironment;
  aws_s3_bucket: S3Bucket;
  aws_s3_object: S3Object;
  aws_scheduler_schedule: SchedulerSchedule;
  aws_secretsmanager_secret: SecretsmanagerSecret;
  aws_security_group: SecurityGroup;
  aws_sns_topic: SnsTopic;
  aws_sqs_queue: SqsQueue;
  aws_wafv2_web_acl: Wafv2WebAcl;
}

/** The rules of every limited type. */
export const AWS_LIMITS: { readonly [Type in keyof LimitedResources]: readonly Rule<LimitedResources[Type]>[] } = {
  aws_athena_workgroup: [
    named("nameInput", 1, 128, /^[\w.-]+$/, ATHENA),
    limit(
      "bytesScannedCutoffPerQuery is at least 10 MB",
      ({ configurationInput }) => configurationInput?.bytesScannedCutoffPerQuery,
      (bytes) => bytes >= 10_000_000,
      `${DOCS}/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html`,
    ),
  ],
  aws_budgets_budget: [
    named("nameInput", 1, 100, /^[^:\\]+$/, `${DOCS}/aws-cost-management/latest/APIReference/API_budgets_Budget.html`),
  ],
  aws_cloudwatch_dashboard: [named("dashboardNameInput", 1, 255, /^[\w-]+$/, `${CLOUDWATCH}/API_PutDashboard.html`)],
  aws_cloudwatch_log_group: [
    named("nameInput", 1, 512, /^[\w./#-]+$/, `${LOGS}/API_CreateLogGroup.html`),
    oneOf("retentionInDaysInput", LOG_RETENTION_DAYS, `${LOGS}/API_PutRetentionPolicy.html`),
  ],
  aws_cloudwatch_log_metric_filter: [named("nameInput", 1, 512, /^[^:*]+$/, `${LOGS}/API_PutMetricFilter.html`)],
  aws_cloudwatch_log_stream: [named("nameInput", 1, 512, /^[^:*]+$/, `${LOGS}/API_CreateLogStream.html`)],
  aws_cloudwatch_metric_alarm: [
    named("alarmNameInput", 1, 255, /./, `${CLOUDWATCH}/API_PutMetricAlarm.html`),
    limit(
      "a metric's period is 10, 20, 30 or a multiple of 60 seconds, and all periods together are at most a week",
      ({ periodInput: period, evaluationPeriodsInput: periods = 1 }) =>
        period === undefined ? undefined : [period, periods],
      ([period, periods]) =>
        ([10, 20, 30].includes(period!) || (period! > 0 && period! % 60 === 0)) &&
        period! * periods! <= (period! < 3_600 ? 86_400 : 604_800),
      `${CLOUDWATCH}/API_PutMetricAlarm.html`,
    ),
  ],
  aws_dynamodb_table: [
    named("nameInput", 3, 255, /^[\w.-]+$/, `${DOCS}/amazondynamodb/latest/APIReference/API_CreateTable.html`),
  ],
  aws_emr_security_configuration: [
    named("nameInput", 1, 10_280, /./, `${DOCS}/emr/latest/APIReference/API_CreateSecurityConfiguration.html`),
  ],
  aws_glue_catalog_database: [named("nameInput", 1, 255, /^[a-z0-9_]+$/, GLUE)],
  aws_glue_catalog_table: [
    named("nameInput", 1, 255, /^[a-z0-9_]+$/, GLUE),
    limit(
      "columns have names of 1–255 lower-case letters, digits and underscores, and types that Hive knows",
      (table) => columnsOf(table).filter(({ name, type }) => !isColumn(name, type)),
      (wrong) => wrong.length === 0,
      GLUE,
    ),
  ],
  aws_iam_instance_profile: [named("nameInput", 1, 128, /^[\w+=,.@-]+$/, IAM)],
  aws_iam_policy: [named("nameInput", 1, 128, /^[\w+=,.@-]+$/, IAM)],
  aws_iam_role: [
    named("nameInput", 1, 64, /^[\w+=,.@-]+$/, IAM),
    within("maxSessionDurationInput", 3_600, 43_200, IAM),
  ],
  aws_iam_role_policy: [named("nameInput", 1, 128, /^[\w+=,.@-]+$/, IAM)],
  aws_kinesis_firehose_delivery_stream: [
    named("nameInput", 1, 64, /^[\w.-]+$/, `${FIREHOSE}/API_CreateDeliveryStream.html`),
    limit(
      "buffers hold 1–128 MiB and 0–900 seconds",
      ({ extendedS3ConfigurationInput: s3 }) => s3 && [s3.bufferingSize ?? 5, s3.bufferingInterval ?? 300],
      ([size, interval]) => size! >= 1 && size! <= 128 && interval! >= 0 && interval! <= 900,
      `${FIREHOSE}/API_BufferingHints.html`,
    ),
    limit(
      "a prefix with expressions comes with an error prefix that holds !{firehose:error-output-type}",
      ({ extendedS3ConfigurationInput: s3 }) => s3 && [s3.prefix ?? "", s3.errorOutputPrefix ?? ""],
      ([prefix, error]) => !prefix!.includes("!{") || error!.includes("!{firehose:error-output-type}"),
      `${DOCS}/firehose/latest/dev/s3-prefixes.html`,
    ),
  ],
  aws_kms_alias: [
    named("nameInput", 7, 256, /^alias\/(?!aws\/)[\w/-]+$/, `${DOCS}/kms/latest/APIReference/API_CreateAlias.html`),
  ],
  aws_kms_key: [
    within("deletionWindowInDaysInput", 7, 30, `${DOCS}/kms/latest/APIReference/API_ScheduleKeyDeletion.html`),
  ],
  aws_lambda_event_source_mapping: [
    within("batchSizeInput", 1, 10_000, MAPPING),
    limit(
      "more than 10 messages at once need a batching window",
      ({ batchSizeInput: size = 10, maximumBatchingWindowInSecondsInput: window = 0 }) => [size, window],
      ([size, window]) => size! <= 10 || window! >= 1,
      MAPPING,
    ),
    limit(
      "maximumConcurrency is a whole number from 2 to 1,000",
      ({ scalingConfigInput }) => scalingConfigInput?.maximumConcurrency,
      (concurrency) => Number.isInteger(concurrency) && concurrency >= 2 && concurrency <= 1_000,
      `${DOCS}/lambda/latest/api/API_ScalingConfig.html`,
    ),
  ],
  aws_lambda_function: [
    named("functionNameInput", 1, 64, /^[\w-]+$/, LAMBDA),
    within("timeoutInput", 1, 900, LAMBDA),
    within("memorySizeInput", 128, 10_240, LAMBDA),
    within("reservedConcurrentExecutionsInput", -1, 1_000, `${DOCS}/lambda/latest/dg/configuration-concurrency.html`),
    limit(
      "environment variables are called by letters, digits and underscores, and all of them fit into 4 KB",
      ({ environmentInput }) => sizeOf(environmentInput?.variables ?? {}),
      ({ names, bytes }) => names.every((name) => /^[A-Za-z]\w+$/.test(name)) && bytes <= ENVIRONMENT_BYTES,
      `${DOCS}/lambda/latest/dg/configuration-envvars.html`,
    ),
  ],
  aws_lambda_function_event_invoke_config: [
    within("maximumRetryAttemptsInput", 0, 2, INVOKE),
    within("maximumEventAgeInSecondsInput", 60, 21_600, INVOKE),
  ],
  aws_mwaa_environment: [
    named("nameInput", 1, 80, /^[A-Za-z][\w-]*$/, `${DOCS}/mwaa/latest/API/API_CreateEnvironment.html`),
    limit(
      "weeklyMaintenanceWindowStart is written like SUN:15:00, on the hour or half past",
      ({ weeklyMaintenanceWindowStartInput }) => weeklyMaintenanceWindowStartInput,
      (start) => /^(MON|TUE|WED|THU|FRI|SAT|SUN):([01]\d|2[0-3]):[03]0$/.test(start),
      `${DOCS}/mwaa/latest/API/API_CreateEnvironment.html`,
    ),
  ],
  aws_s3_bucket: [
    limit(
      "bucket has 3–63 lower-case letters, digits and hyphens, no hyphen at either end, and no reserved beginning or end",
      ({ bucketInput }) => bucketInput,
      isBucketName,
      `${DOCS}/AmazonS3/latest/userguide/bucketnamingrules.html`,
    ),
  ],
  aws_s3_object: [
    limit(
      "key has 1–1,024 bytes",
      ({ keyInput }) => keyInput,
      (key) => key.length > 0 && Buffer.byteLength(key) <= 1_024,
      `${DOCS}/AmazonS3/latest/userguide/object-keys.html`,
    ),
  ],
  aws_scheduler_schedule: [
    named("nameInput", 1, 64, /^[\w.-]+$/, SCHEDULER),
    limit(
      "scheduleExpression is a cron, rate or at of EventBridge Scheduler",
      ({ scheduleExpressionInput }) => scheduleExpressionInput,
      isScheduleExpression,
      `${DOCS}/scheduler/latest/UserGuide/schedule-types.html`,
    ),
    limit(
      "scheduleExpressionTimezone is one that the tz database knows",
      ({ scheduleExpressionTimezoneInput }) => scheduleExpressionTimezoneInput,
      isTimeZone,
      SCHEDULER,
    ),
  ],
  aws_secretsmanager_secret: [
    // AWS appends a hyphen and six characters itself: a name that ends like it is mistaken for a part of an ARN.
    named("nameInput", 1, 512, /^(?!.*-\w{6}$)[\w/+=.@-]+$/, SECRET),
    limit(
      "recoveryWindowInDays is 0 or from 7 to 30",
      ({ recoveryWindowInDaysInput }) => recoveryWindowInDaysInput,
      (days) => days === 0 || (Number.isInteger(days) && days >= 7 && days <= 30),
      `${DOCS}/secretsmanager/latest/apireference/API_DeleteSecret.html`,
    ),
  ],
  aws_security_group: [
    named(
      "nameInput",
      1,
      255,
      /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]+$/,
      `${DOCS}/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html`,
    ),
  ],
  aws_sns_topic: [named("nameInput", 1, 256, /^[\w-]+(\.fifo)?$/, `${DOCS}/sns/latest/api/API_CreateTopic.html`)],
  aws_sqs_queue: [
    named("nameInput", 1, 80, /^[\w-]+(\.fifo)?$/, QUEUE),
    within("messageRetentionSecondsInput", 60, 1_209_600, QUEUE),
    within("visibilityTimeoutSecondsInput", 0, 43_200, QUEUE),
    within("delaySecondsInput", 0, 900, QUEUE),
    within("receiveWaitTimeSecondsInput", 0, 20, QUEUE),
  ],
  aws_wafv2_web_acl: [named("nameInput", 1, 128, /^[\w-]+$/, `${DOCS}/waf/latest/APIReference/API_CreateWebACL.html`)],
};

/** What variables are called, and the bytes of names and values. */
function sizeOf(variables: Readonly<Record<string, string>>): { names: string[]; bytes: number } {
  const bytes = Object.entries(variables).map(([name, value]) => Buffer.byteLength(name) + Buffer.byteLength(value));
  return { names: Object.keys(variables), bytes: bytes.reduce((sum, size) => sum + size, 0) };
}

/** The columns and partition keys of a table; a list that only Terraform knows is left to Terraform. */
function columnsOf({ storageDescriptorInput, partitionKeysInput }: GlueCatalogTable) {
  const lists = [storageDescriptorInput?.columns, partitionKeysInput];
  return lists.flatMap((list) => (Array.isArray(list) ? list : [])).map(({ name, type }) => ({ name, type }));
}

function isColumn(name: string, type: string | undefined): boolean {
  return /^[a-z0-9_]{1,255}$/.test(name) && (type === undefined || isGlueType(type));
}
