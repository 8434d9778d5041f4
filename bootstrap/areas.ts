// What CI and the platform's own roles may do, service by service: what a plan reads, what a deploy changes, and what
// the roles that a deploy makes may do at most. Data is nobody's here: no row, event, offer or secret value is read.
import type { Place } from "./place";

/** Actions by who needs them, without the service's name. */
export interface Actions {
  /** What a plan asks of AWS. */
  readonly read?: readonly string[];
  /** What a deploy does beyond that. */
  readonly write?: readonly string[];
  /** What the environment's own roles may do at most. */
  readonly run?: readonly string[];
}

/** A service, or the part of one that is limited in its own way. */
export interface Area extends Actions {
  readonly service: string;
  /** Terraform's types that it is about, by how they begin. */
  readonly types: readonly string[];
  /** The policy of a deploy that it goes into: one alone would be too long for AWS. */
  readonly policy: "data" | "compute" | "network";
  /** ARNs that belong to the environment. */
  readonly resources: (place: Place) => readonly string[];
  /** Actions that AWS does not limit to a resource, or on ids that nobody knows beforehand. */
  readonly anywhere?: Actions;
}

const TAGS = ["TagResource", "UntagResource"];

const named =
  (service: string, ...kinds: readonly string[]) =>
  ({ account, region, prefix }: Place) =>
    kinds.map((kind) => `arn:aws:${service}:${region}:${account}:${kind}${prefix}-*`);

/** Every area; a type of Terraform's that none is about is named by a test. */
export const AREAS: readonly Area[] = [
  {
    service: "s3",
    types: ["aws_s3_bucket"],
    policy: "data",
    resources: ({ prefix }) => [`arn:aws:s3:::${prefix}-*`],
    read: [
      ...["ListBucket", "GetAccelerateConfiguration", "GetBucketAcl", "GetBucketCORS", "GetBucketLocation"],
      ...["GetBucketLogging", "GetBucketObjectLockConfiguration", "GetBucketOwnershipControls", "GetBucketPolicy"],
      ...["GetBucketPublicAccessBlock", "GetBucketRequestPayment", "GetBucketTagging", "GetBucketVersioning"],
      ...["GetBucketWebsite", "GetEncryptionConfiguration", "GetLifecycleConfiguration", "GetReplicationConfiguration"],
    ],
    write: [
      ...["CreateBucket", "DeleteBucket", "DeleteBucketPolicy", "PutBucketLogging", "PutBucketOwnershipControls"],
      ...["PutBucketPolicy", "PutBucketPublicAccessBlock", "PutBucketTagging", "PutBucketVersioning"],
      ...["PutEncryptionConfiguration", "PutLifecycleConfiguration"],
    ],
    run: [
      ...["AbortMultipartUpload", "DeleteObject", "GetBucketLocation", "GetBucketPublicAccessBlock", "GetObject"],
      ...["ListBucket", "ListBucketMultipartUploads", "PutObject"],
    ],
    anywhere: { run: ["GetAccountPublicAccessBlock"] },
  },
  {
    service: "s3",
    types: ["aws_s3_object"],
    policy: "data",
    resources: ({ prefix }) => [`arn:aws:s3:::${prefix}-artifacts/*`],
    read: ["GetObject", "GetObjectTagging"],
    write: ["PutObject", "PutObjectTagging", "DeleteObject"],
  },
  {
    service: "kms",
    types: ["aws_kms_"],
    policy: "data",
    resources: ({ account, region, prefix }) => [
      `arn:aws:kms:${region}:${account}:key/*`,
      `arn:aws:kms:${region}:${account}:alias/${prefix}-*`,
    ],
    read: ["DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags"],
    write: [
      ...["CreateAlias", "DeleteAlias", "UpdateAlias", "EnableKeyRotation", "PutKeyPolicy", "ScheduleKeyDeletion"],
      ...["UpdateKeyDescription", ...TAGS],
    ],
    run: ["GetPublicKey"],
    anywhere: { read: ["ListAliases"], write: ["CreateKey"] },
  },
  {
    // Keys of the account, and that of Airflow's broker, which lies in an account of MWAA's.
    service: "kms",
    types: [],
    policy: "data",
    resources: ({ region }) => [`arn:aws:kms:${region}:*:key/*`],
    run: [
      ...["Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom"],
      "ReEncryptTo",
    ],
  },
  {
    service: "dynamodb",
    types: ["aws_dynamodb_table"],
    policy: "data",
    resources: named("dynamodb", "table/"),
    read: ["DescribeContinuousBackups", "DescribeTable", "DescribeTimeToLive", "ListTagsOfResource"],
    write: ["CreateTable", "DeleteTable", "UpdateTable", "UpdateContinuousBackups", "UpdateTimeToLive", ...TAGS],
    run: ["BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"],
  },
  {
    service: "dynamodb",
    types: ["aws_dynamodb_table_item"],
    policy: "data",
    resources: ({ account, region, prefix }) => [`arn:aws:dynamodb:${region}:${account}:table/${prefix}-control`],
    read: ["GetItem"],
    write: ["PutItem", "DeleteItem"],
  },
  {
    service: "secretsmanager",
    types: ["aws_secretsmanager_"],
    policy: "data",
    resources: ({ account, region, prefix }) => [`arn:aws:secretsmanager:${region}:${account}:secret:${prefix}/*`],
    read: ["DescribeSecret", "GetResourcePolicy"],
    write: ["CreateSecret", "DeleteSecret", "UpdateSecret", ...TAGS],
    run: ["GetSecretValue"],
  },
  {
    service: "glue",
    types: ["aws_glue_"],
    policy: "data",
    resources: ({ account, region, prefix }) => {
      const database = prefix.replaceAll("-", "_");
      const kinds = ["catalog", `database/${database}`, `table/${database}/*`, `userDefinedFunction/${database}/*`];
      return kinds.map((kind) => `arn:aws:glue:${region}:${account}:${kind}`);
    },
    read: ["GetDatabase", "GetPartitionIndexes", "GetTable", "GetTags"],
    write: ["CreateDatabase", "CreateTable", "DeleteDatabase", "DeleteTable", "UpdateDatabase", "UpdateTable", ...TAGS],
    run: ["GetTable", "GetTableVersion", "GetTableVersions"],
  },
  {
    service: "athena",
    types: ["aws_athena_"],
    policy: "data",
    resources: named("athena", "workgroup/"),
    read: ["GetWorkGroup", "ListTagsForResource"],
    write: ["CreateWorkGroup", "DeleteWorkGroup", "UpdateWorkGroup", ...TAGS],
  },
  {
    service: "firehose",
    types: ["aws_kinesis_firehose_"],
    policy: "data",
    resources: named("firehose", "deliverystream/"),
    read: ["DescribeDeliveryStream", "ListTagsForDeliveryStream"],
    write: [
      ...["CreateDeliveryStream", "DeleteDeliveryStream", "StartDeliveryStreamEncryption"],
      ...["StopDeliveryStreamEncryption", "TagDeliveryStream", "UntagDeliveryStream", "UpdateDestination"],
    ],
    run: ["PutRecordBatch"],
  },
  {
    service: "sqs",
    types: ["aws_sqs_"],
    policy: "compute",
    resources: named("sqs", ""),
    read: ["GetQueueAttributes", "GetQueueUrl", "ListQueueTags"],
    write: ["CreateQueue", "DeleteQueue", "SetQueueAttributes", "TagQueue", "UntagQueue"],
    run: ["DeleteMessage", "GetQueueAttributes", "ReceiveMessage", "SendMessage"],
  },
  {
    // Airflow's own broker, whose queues lie in an account of MWAA's.
    service: "sqs",
    types: [],
    policy: "compute",
    resources: ({ region }) => [`arn:aws:sqs:${region}:*:airflow-celery-*`],
    run: [
      ...["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ReceiveMessage"],
      "SendMessage",
    ],
  },
  {
    service: "lambda",
    types: ["aws_lambda_"],
    policy: "compute",
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
    policy: "compute",
    resources: ({ account, region }) => [`arn:aws:lambda:${region}:${account}:event-source-mapping:*`],
    read: ["GetEventSourceMapping"],
    write: ["DeleteEventSourceMapping", "UpdateEventSourceMapping"],
    anywhere: { write: ["CreateEventSourceMapping"] },
  },
  {
    service: "scheduler",
    types: ["aws_scheduler_"],
    policy: "compute",
    resources: named("scheduler", "schedule/default/"),
    read: ["GetSchedule"],
    write: ["CreateSchedule", "DeleteSchedule", "UpdateSchedule"],
  },
  {
    service: "logs",
    types: ["aws_cloudwatch_log_"],
    policy: "compute",
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
    policy: "compute",
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
    policy: "compute",
    resources: named("sns", ""),
    read: ["GetTopicAttributes", "ListTagsForResource"],
    write: ["CreateTopic", "DeleteTopic", "SetTopicAttributes", "Subscribe", ...TAGS],
    run: ["Publish"],
    anywhere: { read: ["GetSubscriptionAttributes"], write: ["SetSubscriptionAttributes", "Unsubscribe"] },
  },
  {
    service: "budgets",
    types: ["aws_budgets_"],
    policy: "compute",
    resources: ({ account, prefix }) => [`arn:aws:budgets::${account}:budget/${prefix}-*`],
    read: ["ListTagsForResource", "ViewBudget"],
    write: ["ModifyBudget", ...TAGS],
  },
  {
    service: "apigateway",
    types: ["aws_api_gateway_"],
    policy: "network",
    resources: ({ region }) =>
      ["restapis", "restapis/*", "usageplans", "usageplans/*", "domainnames", "domainnames/*", "account", "tags/*"].map(
        (kind) => `arn:aws:apigateway:${region}::/${kind}`,
      ),
    read: ["GET"],
    write: ["DELETE", "PATCH", "POST", "PUT", "SetWebACL"],
  },
  {
    service: "wafv2",
    types: ["aws_wafv2_"],
    policy: "network",
    resources: ({ account, region, prefix }) => [
      `arn:aws:wafv2:${region}:${account}:regional/webacl/${prefix}*/*`,
      `arn:aws:wafv2:${region}:${account}:regional/managedruleset/*/*`,
      `arn:aws:apigateway:${region}::/restapis/*/stages/*`,
    ],
    read: ["GetLoggingConfiguration", "GetWebACL", "GetWebACLForResource", "ListTagsForResource"],
    write: [
      ...["AssociateWebACL", "CreateWebACL", "DeleteLoggingConfiguration", "DeleteWebACL", "DisassociateWebACL"],
      ...["PutLoggingConfiguration", ...TAGS, "UpdateWebACL"],
    ],
  },
  {
    service: "airflow",
    types: ["aws_mwaa_"],
    policy: "network",
    resources: ({ account, region, prefix }) => [`arn:aws:airflow:${region}:${account}:environment/${prefix}`],
    read: ["GetEnvironment", "ListTagsForResource"],
    write: ["CreateEnvironment", "DeleteEnvironment", "UpdateEnvironment", ...TAGS],
    run: ["PublishMetrics"],
  },
  {
    service: "elasticmapreduce",
    types: ["aws_emr_"],
    policy: "network",
    resources: ({ account, region }) => [`arn:aws:elasticmapreduce:${region}:${account}:cluster/*`],
    run: [
      ...["AddJobFlowSteps", "AddTags", "CancelSteps", "DescribeCluster", "DescribeStep", "ListSteps"],
      "TerminateJobFlows",
    ],
    anywhere: {
      read: ["DescribeSecurityConfiguration"],
      write: ["CreateSecurityConfiguration", "DeleteSecurityConfiguration"],
      run: ["ListClusters", "RunJobFlow"],
    },
  },
  {
    service: "ec2",
    types: [
      ...["aws_vpc", "aws_subnet", "aws_security_group", "aws_route", "aws_nat_gateway", "aws_internet_gateway"],
      ...["aws_eip", "aws_network_", "aws_default_", "aws_flow_log"],
    ],
    policy: "network",
    resources: () => [],
    anywhere: {
      read: [
        ...["DescribeAddresses", "DescribeAddressesAttribute", "DescribeAvailabilityZones", "DescribeFlowLogs"],
        ...["DescribeInternetGateways", "DescribeManagedPrefixLists", "DescribeNatGateways", "DescribeNetworkAcls"],
        ...["DescribeNetworkInterfaces", "DescribePrefixLists", "DescribeRouteTables", "DescribeSecurityGroupRules"],
        ...["DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcAttribute", "DescribeVpcEndpoints"],
        ...["DescribeVpcEndpointServices", "DescribeVpcs"],
      ],
      write: [
        ...["AllocateAddress", "AssociateRouteTable", "AttachInternetGateway", "AuthorizeSecurityGroupEgress"],
        ...["AuthorizeSecurityGroupIngress", "CreateFlowLogs", "CreateInternetGateway", "CreateNatGateway"],
        ...["CreateNetworkInterface", "CreateNetworkInterfacePermission", "CreateRoute", "CreateRouteTable"],
        ...["CreateSecurityGroup", "CreateSubnet", "CreateTags", "CreateVpc", "CreateVpcEndpoint"],
        ...["DeleteFlowLogs", "DeleteInternetGateway", "DeleteNatGateway", "DeleteNetworkInterface", "DeleteRoute"],
        ...["DeleteRouteTable", "DeleteSecurityGroup", "DeleteSubnet", "DeleteTags", "DeleteVpc"],
        ...["DeleteVpcEndpoints", "DetachInternetGateway", "DisassociateAddress", "DisassociateRouteTable"],
        ...["ModifySecurityGroupRules", "ModifySubnetAttribute", "ModifyVpcAttribute", "ModifyVpcEndpoint"],
        ...["ReleaseAddress", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"],
      ],
      // Lambda and MWAA in a network of ours; the rest is AmazonEMRServicePolicy_v2.
      run: [
        ...["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateFleet", "CreateLaunchTemplate"],
        ...["CreateLaunchTemplateVersion", "CreateNetworkInterface", "CreatePlacementGroup", "CreateSecurityGroup"],
        ...["CreateTags", "CreateVpcEndpoint", "DeleteLaunchTemplate", "DeleteNetworkInterface"],
        ...["DeletePlacementGroup", "DeleteTags", "DescribeAccountAttributes", "DescribeCapacityReservations"],
        ...["DescribeDhcpOptions", "DescribeImages", "DescribeInstanceTypeOfferings", "DescribeInstances"],
        ...["DescribeLaunchTemplates", "DescribeNetworkAcls", "DescribeNetworkInterfaces"],
        ...["DescribePlacementGroups", "DescribeRouteTables", "DescribeSecurityGroups", "DescribeSubnets"],
        ...["DescribeVolumeStatus", "DescribeVolumes", "DescribeVpcAttribute", "DescribeVpcEndpoints"],
        ...["DescribeVpcs", "ModifyInstanceAttribute", "ModifyVpcEndpoint", "RevokeSecurityGroupEgress"],
        ...["RevokeSecurityGroupIngress", "RunInstances", "TerminateInstances"],
      ],
    },
  },
];
