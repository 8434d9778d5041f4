// Firehose turns records into objects: one stream per contract writes Parquet by the table's columns, and one keeps
// what the collector rejected. Whatever fails on the way lies under errors/, never nowhere.
import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogStream } from "@cdktf/provider-aws/lib/cloudwatch-log-stream";
import {
  KinesisFirehoseDeliveryStream,
  type KinesisFirehoseDeliveryStreamExtendedS3Configuration,
} from "@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream";
import { Construct } from "constructs";
import type { Catalog, LakeBuckets, NamedArn } from "../lake/lake";
import { keyUse } from "../shared/grants";
import { logGroup } from "../shared/log-group";
import type { Platform } from "../shared/platform";
import { ServiceRole } from "../shared/policy";
import { refuseAtSynth } from "../shared/rules";
import { BUFFER_MEBIBYTES, errorPrefix, type StreamPlan } from "./stream-plan";
import { STREAM_RULES } from "./stream-rules";

export interface DeliveryProps {
  readonly platform: Platform;
  /** Where objects go and the tables they follow. */
  readonly lake: { readonly buckets: Pick<LakeBuckets, "in">; readonly catalog: Catalog };
}

/** What the streams of an environment share: their role, their log and their bucket. */
export class Delivery extends Construct {
  private readonly role: ServiceRole;
  private readonly logs: CloudwatchLogGroup;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DeliveryProps,
  ) {
    super(scope, id);
    const { prefix, logRetentionDays } = props.platform;
    this.logs = logGroup(this, "logs", {
      name: `/aws/kinesisfirehose/${prefix}`,
      address: "delivery",
      retentionDays: logRetentionDays,
      key: props.lake.buckets.in.key,
    });
    this.role = this.deliveryRole(`${prefix}-delivery`);
  }

  /** A stream that writes a contract's events as Parquet. */
  events(plan: StreamPlan): NamedArn {
    refuseAtSynth(this, `stream ${plan.name}`, plan, STREAM_RULES);
    return this.stream(plan.name, plan.table, {
      prefix: plan.prefix,
      errorOutputPrefix: plan.errorPrefix,
      bufferingSize: plan.bufferMebibytes,
      bufferingInterval: plan.bufferSeconds,
      compressionFormat: plan.compression,
      dynamicPartitioningConfiguration: { enabled: true },
      processingConfiguration: {
        enabled: true,
        processors: [
          {
            type: "MetadataExtraction",
            parameters: [
              { parameterName: "JsonParsingEngine", parameterValue: "JQ-1.6" },
              { parameterName: "MetadataExtractionQuery", parameterValue: plan.query },
            ],
          },
        ],
      },
      dataFormatConversionConfiguration: {
        inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
        outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
        schemaConfiguration: {
          databaseName: this.props.lake.catalog.database.name,
          tableName: this.table(plan.table).name,
          region: this.props.platform.region,
          roleArn: this.role.arn,
        },
      },
    });
  }

  /** The stream that keeps rejected events, as the collector wrote them, by local arrival date. */
  quarantine(bufferSeconds: number): NamedArn {
    return this.stream(`${this.props.platform.prefix}-quarantine`, "quarantine", {
      prefix: "quarantine/ingestion/!{timestamp:yyyy-MM-dd}/",
      errorOutputPrefix: errorPrefix("quarantine"),
      bufferingSize: BUFFER_MEBIBYTES,
      bufferingInterval: bufferSeconds,
      compressionFormat: "UNCOMPRESSED",
    });
  }

  private stream(
    name: string,
    id: string,
    destination: Omit<KinesisFirehoseDeliveryStreamExtendedS3Configuration, "roleArn" | "bucketArn">,
  ): NamedArn {
    const log = new CloudwatchLogStream(this, `${id}-log`, { name: id, logGroupName: this.logs.name });
    const stream = new KinesisFirehoseDeliveryStream(this, `${id}-stream`, {
      name,
      destination: "extended_s3",
      serverSideEncryption: {
        enabled: true,
        keyType: "CUSTOMER_MANAGED_CMK",
        keyArn: this.props.lake.buckets.in.key.arn,
      },
      extendedS3Configuration: {
        ...destination,
        roleArn: this.role.arn,
        bucketArn: this.props.lake.buckets.in.arn,
        kmsKeyArn: this.props.lake.buckets.in.key.arn,
        customTimeZone: this.props.platform.timeZone,
        cloudwatchLoggingOptions: { enabled: true, logGroupName: this.logs.name, logStreamName: log.name },
      },
      // The first apply fails when Firehose asks before IAM has the policy.
      dependsOn: this.role.ready,
    });
    stream.overrideLogicalId(`stream_${id}`);
    return { name: stream.name, arn: stream.arn };
  }

  private table(name: string): NamedArn {
    const table = this.props.lake.catalog.tables.get(name);
    if (!table) throw new Error(`The lake has no table ${name}: give ingestion and lake the same contracts.`);
    return table;
  }

  private deliveryRole(name: string): ServiceRole {
    const { buckets, catalog } = this.props.lake;
    const objects = ["data", "errors", "quarantine/ingestion"].map((folder) => `${buckets.in.arn}/${folder}/*`);
    const tables = [...catalog.tables.values()].map((table) => table.arn);
    return new ServiceRole(this, "role", {
      name,
      services: ["firehose.amazonaws.com"],
      onlyForThisAccount: true,
      permissions: [
        {
          actions: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
          resources: [buckets.in.arn],
        },
        { actions: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], resources: objects },
        ...keyUse("s3", buckets.in.key, ["read", "write"]),
        {
          actions: ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
          resources: [catalog.arn, catalog.database.arn, ...tables],
        },
        { actions: ["logs:PutLogEvents"], resources: [`${this.logs.arn}:*`] },
      ],
    });
  }
}
