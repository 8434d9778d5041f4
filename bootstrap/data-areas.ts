// Where the platform keeps what it knows: buckets, keys, tables, secrets, and how events come to lie there.
import { type Area, named, TAGS } from "./area";

export const DATA_AREAS: readonly Area[] = [
  {
    service: "s3",
    types: ["aws_s3_bucket"],
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
    resources: ({ prefix }) => [`arn:aws:s3:::${prefix}-artifacts/*`],
    read: ["GetObject", "GetObjectTagging"],
    write: ["PutObject", "PutObjectTagging", "DeleteObject"],
  },
  {
    service: "kms",
    types: ["aws_kms_"],
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
    resources: ({ region }) => [`arn:aws:kms:${region}:*:key/*`],
    run: [
      ...["Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom"],
      "ReEncryptTo",
    ],
  },
  {
    service: "dynamodb",
    types: ["aws_dynamodb_table"],
    resources: named("dynamodb", "table/"),
    read: ["DescribeContinuousBackups", "DescribeTable", "DescribeTimeToLive", "ListTagsOfResource"],
    write: ["CreateTable", "DeleteTable", "UpdateTable", "UpdateContinuousBackups", "UpdateTimeToLive", ...TAGS],
    run: ["BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"],
  },
  {
    service: "dynamodb",
    types: ["aws_dynamodb_table_item"],
    resources: ({ account, region, prefix }) => [`arn:aws:dynamodb:${region}:${account}:table/${prefix}-control`],
    read: ["GetItem"],
    write: ["PutItem", "DeleteItem"],
  },
  {
    service: "secretsmanager",
    types: ["aws_secretsmanager_"],
    resources: ({ account, region, prefix }) => [`arn:aws:secretsmanager:${region}:${account}:secret:${prefix}/*`],
    read: ["DescribeSecret", "GetResourcePolicy"],
    write: ["CreateSecret", "DeleteSecret", "UpdateSecret", ...TAGS],
    run: ["GetSecretValue"],
  },
  {
    service: "glue",
    types: ["aws_glue_"],
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
    resources: named("athena", "workgroup/"),
    read: ["GetWorkGroup", "ListTagsForResource"],
    write: ["CreateWorkGroup", "DeleteWorkGroup", "UpdateWorkGroup", ...TAGS],
  },
  {
    service: "firehose",
    types: ["aws_kinesis_firehose_"],
    resources: named("firehose", "deliverystream/"),
    read: ["DescribeDeliveryStream", "ListTagsForDeliveryStream"],
    write: [
      ...["CreateDeliveryStream", "DeleteDeliveryStream", "StartDeliveryStreamEncryption"],
      ...["StopDeliveryStreamEncryption", "TagDeliveryStream", "UntagDeliveryStream", "UpdateDestination"],
    ],
    run: ["PutRecordBatch"],
  },
];
