import { synthesize, TEST_PLATFORM } from "../shared/synth-fixture";
import { Budget } from "./budget";

test("the environment's own cost is said to those who get the alarms, before it is spent and when it is", () => {
  const stack = synthesize(
    "/nowhere",
    (scope) => new Budget(scope, "budget", { platform: TEST_PLATFORM, monthlyUsd: 900 }),
  );
  const budget = stack.one("aws_budgets_budget");
  expect(budget).toMatchObject({ limit_amount: "900", limit_unit: "USD", time_unit: "MONTHLY" });
  expect(budget.cost_filter).toEqual([{ name: "TagKeyValue", values: ["user:environment$test"] }]);
  for (const { subscriber_sns_topic_arns } of budget.notification) {
    expect(subscriber_sns_topic_arns).toEqual([TEST_PLATFORM.alarmTopicArn]);
  }
  expect(budget.notification.map((each: Record<string, unknown>) => [each.notification_type, each.threshold])).toEqual([
    ["FORECASTED", 100],
    ["ACTUAL", 80],
    ["ACTUAL", 100],
  ]);
});
