// What AWS would refuse is refused at synth, for every resource of a module, whoever imports it.
import { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { AWS_LIMITS } from "./aws-limits";
import { type Rule, violations } from "./rules";

const judged = new WeakSet<Construct>();

/**
 * Makes synth judge every resource below `scope` by AWS's limits; below a scope that is judged already nothing is added.
 * A broken limit is named once, with the first resource that breaks it and the number of the others.
 */
export function refuseWhatAwsRefuses(scope: Construct): void {
  if (scope.node.scopes.some((above) => judged.has(above as Construct))) return;
  judged.add(scope);
  scope.node.addValidation({ validate: () => once(resourcesBelow(scope).flatMap(broken)) });
}

const resourcesBelow = (scope: Construct) => scope.node.findAll().filter(TerraformResource.isTerraformResource);

/** What one resource breaks: its own address beside the rest of the sentence. */
function broken(resource: TerraformResource): { address: string; sentence: string }[] {
  const type = resource.terraformResourceType;
  const rules = (AWS_LIMITS as unknown as Record<string, readonly Rule<TerraformResource>[] | undefined>)[type] ?? [];
  // The address is worked out only for what is broken: for every resource it would cost a hundredth of the synth.
  return violations("", resource, rules).map((sentence) => ({
    address: `${type}.${resource.friendlyUniqueId}`,
    sentence,
  }));
}

/** One sentence for all resources that break one limit with one value. */
function once(found: readonly { address: string; sentence: string }[]): string[] {
  const addresses = new Map<string, string[]>();
  for (const { address, sentence } of found) addresses.set(sentence, [...(addresses.get(sentence) ?? []), address]);
  return [...addresses].map(([sentence, [first, ...others]]) =>
    others.length === 0 ? `${first}${sentence}` : `${first} and ${others.length} more${sentence}`,
  );
}
