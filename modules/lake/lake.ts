// Everything the platform keeps lies here: four closed buckets, a table per contract that needs no crawler,
// and the trained models. Nothing is destroyed unless the environment and this module both say so.
import { GlueCatalogDatabase } from "@cdktf/provider-aws/lib/glue-catalog-database";
import { Construct } from "constructs";
import { type Contract, tableName } from "../../contracts/contract";
import { PrivateBucket } from "../shared/bucket";
import { turnKeys } from "../shared/disposal";
import { shippedFiles } from "../shared/files";
import type { BucketRef } from "../shared/grants";
import { fileObject } from "../shared/object";
import type { PartitionGranularity } from "../shared/partition-keys";
import type { Platform } from "../shared/platform";
import { accountId } from "../shared/policy";
import { sourcePath } from "../shared/source-root";
import { EventTable } from "./event-table";

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
  readonly logs: BucketRef;
}

/** Buckets, catalog and models. */
export class Lake extends Construct {
  readonly buckets: LakeBuckets;
  readonly catalog: Catalog;

  constructor(scope: Construct, id: string, props: LakeProps) {
    super(scope, id);
    const disposal = turnKeys(this, props.platform, props.destroyData);
    const bucket = (name: string) => new PrivateBucket(this, { prefix: props.platform.prefix, bucket: name, disposal });
    this.buckets = { in: bucket("in"), out: bucket("out"), artifacts: bucket("artifacts"), logs: bucket("logs") };
    this.catalog = this.tables(props);
    this.uploadModels();
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
