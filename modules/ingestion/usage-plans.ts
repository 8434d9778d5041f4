// A chain sends within its tier. The tiers are Terraform's; which chain has which, and its metering key, are rows and keys
// that a command makes, since a key's value would lie in the state.
import { ApiGatewayUsagePlan } from "@cdktf/provider-aws/lib/api-gateway-usage-plan";
import type { Construct } from "constructs";
import type { RestApi } from "../shared/rest-api";

/** A tier's limits: a request carries up to 500 events. */
interface Tier {
  readonly requestsPerSecond: number;
  readonly burst: number;
  readonly requestsPerDay: number;
}

/** From a chain of a few shops to a national one that sends a day's tills after closing. */
export const TIERS = {
  small: { requestsPerSecond: 5, burst: 20, requestsPerDay: 50_000 },
  medium: { requestsPerSecond: 25, burst: 100, requestsPerDay: 500_000 },
  large: { requestsPerSecond: 100, burst: 400, requestsPerDay: 5_000_000 },
} as const satisfies Readonly<Record<string, Tier>>;

/** Name of a tier. */
export type TierName = keyof typeof TIERS;

/** Name of a tier's usage plan. */
export const usagePlanName = (prefix: string, tier: TierName): string => `${prefix}-${tier}`;

/** A usage plan for each tier. */
export function usagePlans(scope: Construct, prefix: string, api: RestApi): void {
  for (const [name, { requestsPerSecond, burst, requestsPerDay }] of Object.entries(TIERS)) {
    const plan = new ApiGatewayUsagePlan(scope, `${name}-tier`, {
      name: usagePlanName(prefix, name as TierName),
      description: `Chains of tier ${name}`,
      apiStages: [{ apiId: api.id, stage: api.stage.stageName }],
      throttleSettings: { rateLimit: requestsPerSecond, burstLimit: burst },
      quotaSettings: { limit: requestsPerDay, period: "DAY" },
    });
    plan.overrideLogicalId(`usage_plan_${name}`);
  }
}
