// Everything the platform keeps lies here: four closed buckets, a table per contract that needs no crawler,
// and the trained models. Nothing is destroyed unless the environment and this module both say so.
import { GlueCatalogDatabase } from "@cdktf/provider-aws/lib/glue-catalog-database";
import { Construct } from "constructs";
import { type Contract, tableName } from "../../contracts/contract";
import { LogBucket, PrivateBucket } from "../shared/bucket";
import { DataKey, type KeyRef } from "../shared/data-key";
import { type Disposal, turnKeys } from "../shared/disposal";
import { shippedFiles } from "../shared/files";
import type { BucketRef, LogBucketRef } from "../shared/grants";
import { fileObject } from "../shared/object";
import type { PartitionGranularity } from "../shared/partition-keys";
import type { Platform } from "../shared/platform";
import { accountId } from "../shared/policy";
import { refuseWhatAwsRefuses } from "../shared/refuse-at-aws";
import { sourcePath } from "../shared/source-root";
import { EventTable } from "./event-table";
import { queryWorkgroup } from "./query-workgroup";
import { RETENTION } from "./retention";

// Operators change the champion; a deploy creates the object once and never touches it again.
const CHAMPION = "champion.json";

export interface LakeProps {
  readonly platform: Platform;
  /** The event contracts, one table each. */
  readonly contracts: readonly Contract[];
  /** How finely events are partitioned by time. */
  readonly partitionGranularity: PartitionGranularity;
  /** Whether buckets go with the stack; only a disposable environment may say so. */
  readonly destroyData: boolean;
}

/** A name that grants and definitions refer to, with its ARN. */
export interface NamedArn {
  readonly name: string;
  readonly arn: string;
}

/** The Glue catalog as Firehose needs it. */
export interface Catalog {
  /** ARN of the account's catalog. */
  readonly arn: string;
  readonly database: NamedArn;
  /** Tables by `tableName(contract)`. */
  readonly tables: ReadonlyMap<string, NamedArn>;
}

/** The four buckets by what they hold. */
export interface LakeBuckets {
  /** `data/`, `errors/`, `quarantine/`, `snapshots/`, `runs/`. */
  readonly in: BucketRef;
  /** `staging/`, `data_output/`, `reports/`. */
  readonly out: BucketRef;
  /** `code/`, `dags/`, `models/`. */
  readonly artifacts: BucketRef;
  /** `access/`, `emr/`, `athena/`. */
  readonly logs: LogBucketRef;
}

/** Key, buckets, catalog, queries and models. */
export class Lake extends Construct {
  /** The key that the lake lies under. */
  readonly key: KeyRef;
  readonly buckets: LakeBuckets;
  readonly catalog: Catalog;

  constructor(scope: Construct, id: string, props: LakeProps) {
    super(scope, id);
    refuseWhatAwsRefuses(this);
    const disposal = turnKeys(this, props.platform, props.destroyData);
    const { platform } = props;
    this.key = new DataKey(this, { platform, key: "lake", description: "events, offers, code and models", disposal });
    this.buckets = this.makeBuckets(platform.prefix, disposal);
    this.catalog = this.tables(props);
    queryWorkgroup(this, platform.prefix, this.buckets.logs, disposal);
    this.uploadModels();
  }

  private makeBuckets(prefix: string, disposal: Disposal): LakeBuckets {
    const logs = new LogBucket(this, { prefix, bucket: "logs", disposal, expiry: RETENTION.logs });
    const bucket = (name: "in" | "out" | "artifacts") =>
      new PrivateBucket(this, { prefix, bucket: name, disposal, expiry: RETENTION[name], key: this.key, logs });
    return { in: bucket("in"), out: bucket("out"), artifacts: bucket("artifacts"), logs };
  }

  private tables({ platform, contracts, partitionGranularity: granularity }: LakeProps): Catalog {
    const database = new GlueCatalogDatabase(this, "database", { name: platform.prefix.replaceAll("-", "_") });
    database.overrideLogicalId("events");
    const table = (contract: Contract) =>
      new EventTable(this, { contract, granularity, database: database.name, bucket: this.buckets.in });
    return {
      arn: `arn:aws:glue:${platform.region}:${accountId(this)}:catalog`,
      database: { name: database.name, arn: database.arn },
      tables: new Map(contracts.map((contract) => [tableName(contract), table(contract)])),
    };
  }

  private uploadModels(): void {
    for (const file of shippedFiles(sourcePath(this, "models"))) {
      const lifecycle = file === CHAMPION ? ({ ignoreChanges: "all" } as const) : undefined;
      fileObject(this, this.buckets.artifacts, `models/${file}`, sourcePath(this, "models", file), lifecycle);
    }
  }
}
