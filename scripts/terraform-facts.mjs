// What a stack's own JSON says must happen to it: who may apply it, what may not be destroyed, what holds data.
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./files.mjs";

/** Terraform's types whose loss is a loss of data or of what data lies under. */
export const STATEFUL = Object.keys(JSON.parse(readFileSync(path.join(root, "environments", "stateful.json"), "utf8")));

const resourcesOf = (json) =>
  Object.entries(json.resource ?? {}).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([name, block]) => ({ type, address: `${type}.${name}`, block })),
  );

/** Addresses that Terraform must refuse to destroy. */
export const protectedAddresses = (json) =>
  resourcesOf(json).flatMap(({ address, block }) => (block.lifecycle?.prevent_destroy === true ? [address] : []));

/** The caller that the stack asks for, as an ARN of a session of that role; undefined when anybody may apply it. */
export function expectedCaller(json) {
  const conditions = Object.values(json.data?.aws_caller_identity ?? {}).flatMap((block) =>
    (block.lifecycle?.precondition ?? []).map(({ condition }) => condition),
  );
  const role = /"(arn:aws:sts::\d{12}:assumed-role\/[\w-]+-deploy\/)\\?"/.exec(conditions.join(" "))?.[1];
  return role && `${role}ci`;
}

/** What AWS says of a network that is there and fit for EMR, by data source; undefined for a stack that makes its own. */
export function fitNetwork(json) {
  const asked = ["aws_subnet", "aws_security_group"].filter((type) => json.data?.[type]);
  const tags = { "for-use-with-amazon-emr-managed-policies": "true" };
  return asked.length > 0 ? Object.fromEntries(asked.map((type) => [`data.${type}`, { tags }])) : undefined;
}

/** Addresses that Terraform says it may not destroy. */
export const refusedToDestroy = (said) =>
  [...said.replaceAll(/[│\n ]+/g, " ").matchAll(/Resource (\S+) has lifecycle\.prevent_destroy set/g)].map(
    ([, address]) => address,
  );

/** Stateful resources that a plan would destroy or replace, from `terraform show -json`. */
export const lostBy = (plan) =>
  (plan.resource_changes ?? []).flatMap(({ type, address, change }) =>
    STATEFUL.includes(type) && change.actions.includes("delete") ? [address] : [],
  );

/** What operators change at run time, as AWS would then say it: switches, budget and champion. */
export function operatorsChanges(planned) {
  const changed = {};
  for (const { type, values } of planned) {
    if (type === "aws_dynamodb_table_item") {
      const item = JSON.parse(values.item);
      const flipped = Object.fromEntries(
        Object.entries(item).map(([name, value]) => {
          if ("BOOL" in value) return [name, { BOOL: !value.BOOL }];
          return [name, "N" in value ? { N: String(Number(value.N) + 1) } : value];
        }),
      );
      changed[`${type}.${values.id}`] = { item: JSON.stringify(flipped) };
    }
    if (type === "aws_s3_object" && values.key === "models/champion.json")
      changed[`${type}.${values.id}`] = { source_hash: "changed by an operator", etag: "changed by an operator" };
  }
  return changed;
}
