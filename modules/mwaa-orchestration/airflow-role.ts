// What Airflow's workers may do: be MWAA, start and end the night's cluster, freeze its input and publish its output.
import type { Construct } from "constructs";
import type { LakeBuckets } from "../lake/lake";
import { keyUse } from "../shared/grants";
import type { Platform } from "../shared/platform";
import { accountId, type Permission, ServiceRole } from "../shared/policy";

export interface AirflowRoleProps {
  readonly platform: Platform;
  /** Name of the MWAA environment. */
  readonly name: string;
  readonly buckets: LakeBuckets;
  /** ARNs of the roles that a cluster takes. */
  readonly passed: readonly string[];
}

/** The execution role of the MWAA environment. */
export function airflowRole(scope: Construct, props: AirflowRoleProps): ServiceRole {
  return new ServiceRole(scope, "airflow-role", {
    name: `${props.name}-airflow`,
    services: ["airflow.amazonaws.com", "airflow-env.amazonaws.com"],
    onlyForThisAccount: true,
    permissions: [...beAirflow(props, accountId(scope)), ...runClusters(props), ...handleData(props.buckets)],
  });
}

/** What MWAA asks of every execution role. */
function beAirflow({ platform: { region }, name, buckets }: AirflowRoleProps, account: string): Permission[] {
  return [
    { actions: ["airflow:PublishMetrics"], resources: [`arn:aws:airflow:${region}:${account}:environment/${name}`] },
    { actions: ["s3:GetBucketPublicAccessBlock", "s3:ListBucket"], resources: [buckets.artifacts.arn] },
    { actions: ["s3:GetAccountPublicAccessBlock"], resources: ["*"] },
    { actions: ["s3:GetObject"], resources: [`${buckets.artifacts.arn}/dags/*`] },
    {
      actions: [
        "logs:CreateLogStream",
        "logs:CreateLogGroup",
        "logs:PutLogEvents",
        "logs:GetLogEvents",
        "logs:GetLogRecord",
        "logs:GetLogGroupFields",
        "logs:GetQueryResults",
      ],
      resources: [`arn:aws:logs:${region}:${account}:log-group:airflow-${name}-*`],
    },
    { actions: ["logs:DescribeLogGroups"], resources: ["*"] },
    { actions: ["cloudwatch:PutMetricData"], resources: ["*"] },
    {
      actions: [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
      ],
      resources: [`arn:aws:sqs:${region}:*:airflow-celery-*`],
    },
    {
      // The broker's queue is encrypted under a key of MWAA's own account.
      actions: [
        ...["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"],
        ...["kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
      ],
      resources: ["*"],
      condition: ["StringLike", "kms:ViaService", [`sqs.${region}.amazonaws.com`]],
    },
    // The environment itself lies under the key of the bucket that it reads its DAGs from; reading and writing objects
    // comes with the data.
    {
      actions: ["kms:DescribeKey", "kms:Encrypt"],
      resources: [buckets.artifacts.key.arn],
      condition: ["StringLike", "kms:ViaService", [`s3.${region}.amazonaws.com`]],
    },
  ];
}

function runClusters({ passed }: AirflowRoleProps): Permission[] {
  return [
    { actions: ["elasticmapreduce:RunJobFlow", "elasticmapreduce:ListClusters"], resources: ["*"] },
    {
      actions: [
        "elasticmapreduce:AddJobFlowSteps",
        "elasticmapreduce:AddTags",
        "elasticmapreduce:DescribeCluster",
        "elasticmapreduce:DescribeStep",
        "elasticmapreduce:ListSteps",
        "elasticmapreduce:TerminateJobFlows",
      ],
      resources: ["arn:aws:elasticmapreduce:*:*:cluster/*"],
    },
    {
      actions: ["iam:PassRole"],
      resources: passed,
      condition: ["StringEquals", "iam:PassedToService", ["elasticmapreduce.amazonaws.com", "ec2.amazonaws.com"]],
    },
  ];
}

function handleData({ in: input, out, artifacts }: LakeBuckets): Permission[] {
  return [
    { actions: ["s3:ListBucket"], resources: [input.arn, out.arn] },
    {
      actions: ["s3:GetObject"],
      resources: [
        `${input.arn}/data/*`,
        `${input.arn}/runs/*`,
        `${input.arn}/snapshots/*`,
        `${out.arn}/staging/*`,
        `${out.arn}/data_output/*`,
      ],
    },
    { actions: ["s3:PutObject"], resources: [`${input.arn}/runs/*`, `${out.arn}/data_output/*`] },
    ...[...new Set([input.key, out.key, artifacts.key])].flatMap((key) => keyUse("s3", key, ["read", "write"])),
    { actions: ["s3:DeleteObject"], resources: [`${out.arn}/staging/*`, `${out.arn}/data_output/*`] },
  ];
}
