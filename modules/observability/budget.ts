// What the environment costs a month is said before it is spent, to the people who get the alarms.
import { BudgetsBudget } from "@cdktf/provider-aws/lib/budgets-budget";
import { Construct } from "constructs";
import type { Platform } from "../shared/platform";

// Said when AWS expects the month to end above the budget, and again when it is spent.
const NOTIFICATIONS = [
  { notificationType: "FORECASTED", threshold: 100 },
  { notificationType: "ACTUAL", threshold: 80 },
  { notificationType: "ACTUAL", threshold: 100 },
];

export interface BudgetProps {
  readonly platform: Pick<Platform, "prefix" | "environment" | "alarmTopicArn">;
  /** US dollars a month for everything that carries the environment's tag. */
  readonly monthlyUsd: number;
}

/** The environment's budget; a cost allocation tag counts from the day that the account activates it. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { platform, monthlyUsd }: BudgetProps) {
    super(scope, id);
    new BudgetsBudget(this, "budget", {
      name: `${platform.prefix}-month`,
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: String(monthlyUsd),
      limitUnit: "USD",
      costFilter: [{ name: "TagKeyValue", values: [`user:environment$${platform.environment}`] }],
      notification: NOTIFICATIONS.map((notification) => ({
        ...notification,
        comparisonOperator: "GREATER_THAN",
        thresholdType: "PERCENTAGE",
        subscriberSnsTopicArns: [platform.alarmTopicArn],
      })),
    });
  }
}
