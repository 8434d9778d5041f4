// What operators change at run time is created with a safe value and never written again by Terraform.
import { DynamodbTableItem } from "@cdktf/provider-aws/lib/dynamodb-table-item";
import type { Construct } from "constructs";
import type { Table } from "../shared/table";

/** A DynamoDB attribute value of the kinds that control items have. */
export type ControlValue = { readonly BOOL: boolean } | { readonly N: string };

/** Creates the item `id` of the control table once. */
export function controlItem(scope: Construct, table: Table, id: string, values: Record<string, ControlValue>): void {
  const item = new DynamodbTableItem(scope, `control ${id}`, {
    tableName: table.name,
    hashKey: table.partitionKey,
    item: JSON.stringify({ [table.partitionKey]: { S: id }, ...values }),
    lifecycle: { ignoreChanges: ["item"] },
  });
  item.overrideLogicalId(`control_${id}`);
}
