// What runs and is watched: queues, functions, schedules, logs, alarms and budgets.
import { type Area, named, TAGS } from "./area";

export const COMPUTE_AREAS: readonly Area[] = [
  {
    service: "sqs",
    types: ["aws_sqs_"],
    resources: named("sqs", ""),
    read: ["GetQueueAttributes", "GetQueueUrl", "ListQueueTags"],
    write: ["CreateQueue", "DeleteQueue", "SetQueueAttributes", "TagQueue", "UntagQueue"],
    run: ["DeleteMessage", "GetQueueAttributes", "ReceiveMessage", "SendMessage"],
  },
  {
    // Airflow's own broker, whose queues lie in an account of MWAA's.
    service: "sqs",
    types: [],
    resources: ({ region }) => [`arn:aws:sqs:${region}:*:airflow-celery-*`],
    run: [
      ...["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ReceiveMessage"],
      "SendMessage",
    ],
  },
  {
    service: "lambda",
    types: ["aws_lambda_"],
    resources: named("lambda", "function:"),
    read: [
      ...["GetFunction", "GetFunctionCodeSigningConfig", "GetFunctionConfiguration", "GetFunctionEventInvokeConfig"],
      ...["GetPolicy", "ListTags", "ListVersionsByFunction"],
    ],
    write: [
      ...["AddPermission", "CreateFunction", "DeleteFunction", "DeleteFunctionConcurrency"],
      ...["DeleteFunctionEventInvokeConfig", "PutFunctionConcurrency", "PutFunctionEventInvokeConfig"],
      ...["RemovePermission", ...TAGS, "UpdateFunctionCode", "UpdateFunctionConfiguration"],
      "UpdateFunctionEventInvokeConfig",
    ],
    run: ["InvokeFunction"],
  },
  {
    // Their ids are AWS's own.
    service: "lambda",
    types: [],
    resources: ({ account, region }) => [`arn:aws:lambda:${region}:${account}:event-source-mapping:*`],
    read: ["GetEventSourceMapping"],
    write: ["DeleteEventSourceMapping", "UpdateEventSourceMapping"],
    anywhere: { write: ["CreateEventSourceMapping"] },
  },
  {
    service: "scheduler",
    types: ["aws_scheduler_"],
    resources: named("scheduler", "schedule/default/"),
    read: ["GetSchedule"],
    write: ["CreateSchedule", "DeleteSchedule", "UpdateSchedule"],
  },
  {
    service: "logs",
    types: ["aws_cloudwatch_log_"],
    resources: ({ account, region, prefix }) =>
      ["/aws/*/", "airflow-", "aws-waf-logs-", ""].map(
        (kind) => `arn:aws:logs:${region}:${account}:log-group:${kind}${prefix}*`,
      ),
    read: ["DescribeLogStreams", "DescribeMetricFilters", "ListTagsForResource"],
    write: [
      ...["AssociateKmsKey", "CreateLogGroup", "CreateLogStream", "DeleteLogGroup", "DeleteLogStream"],
      ...["DeleteMetricFilter", "DeleteRetentionPolicy", "DisassociateKmsKey", "PutMetricFilter"],
      ...["PutRetentionPolicy", ...TAGS],
    ],
    run: [
      ...["CreateLogGroup", "CreateLogStream", "DescribeLogStreams", "GetLogEvents", "GetLogGroupFields"],
      ...["GetLogRecord", "GetQueryResults", "PutLogEvents"],
    ],
    anywhere: { read: ["DescribeLogGroups"], run: ["DescribeLogGroups"] },
  },
  {
    service: "cloudwatch",
    types: ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_dashboard"],
    resources: ({ account, region, prefix }) => [
      `arn:aws:cloudwatch:${region}:${account}:alarm:${prefix}-*`,
      `arn:aws:cloudwatch::${account}:dashboard/${prefix}*`,
    ],
    read: ["DescribeAlarms", "GetDashboard", "ListTagsForResource"],
    write: ["DeleteAlarms", "DeleteDashboards", "PutDashboard", "PutMetricAlarm", ...TAGS],
    anywhere: { run: ["PutMetricData"] },
  },
  {
    service: "sns",
    types: ["aws_sns_"],
    resources: named("sns", ""),
    read: ["GetTopicAttributes", "ListTagsForResource"],
    write: ["CreateTopic", "DeleteTopic", "SetTopicAttributes", "Subscribe", ...TAGS],
    run: ["Publish"],
    anywhere: { read: ["GetSubscriptionAttributes"], write: ["SetSubscriptionAttributes", "Unsubscribe"] },
  },
  {
    service: "budgets",
    types: ["aws_budgets_"],
    resources: ({ account, prefix }) => [`arn:aws:budgets::${account}:budget/${prefix}-*`],
    read: ["ListTagsForResource", "ViewBudget"],
    write: ["ModifyBudget", ...TAGS],
  },
];
