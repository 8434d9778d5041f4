// A contract's Glue table: Firehose writes Parquet by its columns, and Athena finds every partition by arithmetic,
// so that no crawler runs and no partition is forgotten.
import { GlueCatalogTable } from "@cdktf/provider-aws/lib/glue-catalog-table";
import { Construct } from "constructs";
import { type Contract, prefix, tableName } from "../../contracts/contract";
import { glueColumns } from "../../contracts/glue-columns";
import type { BucketRef } from "../shared/grants";
import {
  FIRST_EVENT_DATE,
  type PartitionGranularity,
  type PartitionKey,
  partitionKeys,
} from "../shared/partition-keys";

export interface EventTableProps {
  readonly contract: Contract;
  readonly granularity: PartitionGranularity;
  /** Name of the Glue database. */
  readonly database: string;
  /** Bucket that holds `data/`. */
  readonly bucket: BucketRef;
}

/** The table over `data/<contract>/`. */
export class EventTable extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, { contract, granularity, database, bucket }: EventTableProps) {
    super(scope, `${tableName(contract)}-table`);
    const keys = partitionKeys(contract, granularity);
    const table = new GlueCatalogTable(this, "table", {
      name: tableName(contract),
      databaseName: database,
      tableType: "EXTERNAL_TABLE",
      parameters: { EXTERNAL: "TRUE", classification: "parquet", ...projection(keys) },
      partitionKeys: keys.map(({ name }) => ({ name, type: "string" })),
      storageDescriptor: {
        location: `s3://${bucket.name}/${prefix(contract)}`,
        inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
        columns: glueColumns(contract),
      },
    });
    table.overrideLogicalId(`events_${tableName(contract)}`);
    this.name = table.name;
    this.arn = table.arn;
  }
}

/** Athena's partition projection for the keys. */
function projection(keys: readonly PartitionKey[]): Record<string, string> {
  return Object.assign({ "projection.enabled": "true" }, ...keys.map(projectionOf));
}

function projectionOf({ name, values }: PartitionKey): Record<string, string> {
  const key = `projection.${name}`;
  if (values === "dates") {
    return {
      [`${key}.type`]: "date",
      [`${key}.format`]: "yyyy-MM-dd",
      [`${key}.range`]: `${FIRST_EVENT_DATE},NOW+1DAYS`,
    };
  }
  if ("least" in values) {
    return { [`${key}.type`]: "integer", [`${key}.range`]: `${values.least},${values.most}`, [`${key}.digits`]: "2" };
  }
  return { [`${key}.type`]: "enum", [`${key}.values`]: values.join(",") };
}
