// A table is encrypted, restorable to any second of the last 35 days, and not deleted by accident.
import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { Construct } from "constructs";
import type { KeyRef } from "./data-key";
import { type Disposal, dataLifecycle, isDisposable } from "./disposal";
import type { TableRef } from "./grants";

/** A second order of a table's items; those without its keys are not in it. */
export interface TableIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
}

export interface TableProps {
  /** Prefix of the table's name. */
  readonly prefix: string;
  /** The rest of its name, and of its fixed address in the state. */
  readonly table: string;
  /** Name of the partition key, a string. */
  readonly partitionKey: string;
  /** Name of the sort key, a string. */
  readonly sortKey?: string;
  /** Other ways to read whole items: by another partition key, sorted by the table's own key unless by another one. */
  readonly indexes?: readonly TableIndex[];
  /** The key that its items lie under. */
  readonly key: KeyRef;
  readonly disposal: Disposal;
}

/** A DynamoDB table billed by request. */
export class Table extends Construct implements TableRef {
  readonly name: string;
  readonly arn: string;
  readonly key: KeyRef;
  /** Name of the partition key. */
  readonly partitionKey: string;

  constructor(scope: Construct, props: TableProps) {
    super(scope, `${props.table}-table`);
    const { partitionKey, sortKey, indexes = [] } = props;
    const indexKeys = indexes.flatMap((index) => [index.partitionKey, index.sortKey]);
    const keys = new Set([partitionKey, sortKey, ...indexKeys].filter((key) => key !== undefined));
    const table = new DynamodbTable(this, "table", {
      name: `${props.prefix}-${props.table}`,
      billingMode: "PAY_PER_REQUEST",
      hashKey: partitionKey,
      rangeKey: sortKey,
      attribute: [...keys].map((name) => ({ name, type: "S" })),
      ...(indexes.length > 0 && {
        globalSecondaryIndex: indexes.map((index) => ({
          name: index.name,
          hashKey: index.partitionKey,
          rangeKey: index.sortKey ?? partitionKey,
          projectionType: "ALL",
        })),
      }),
      serverSideEncryption: { enabled: true, kmsKeyArn: props.key.arn },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: !isDisposable(props.disposal),
      lifecycle: dataLifecycle(props.disposal),
    });
    table.overrideLogicalId(`table_${props.table}`);
    this.name = table.name;
    this.arn = table.arn;
    this.key = props.key;
    this.partitionKey = partitionKey;
  }
}
