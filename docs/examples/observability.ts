import { AlarmTopic } from "@mercafacil/recommendation-platform/observability/alarm-topic";
import { Budget } from "@mercafacil/recommendation-platform/observability/budget";
import { Dashboard, type Row } from "@mercafacil/recommendation-platform/observability/dashboard";
import type { TerraformStack } from "cdktf";
import { platform } from "./platform";

export function addObservability(stack: TerraformStack, rows: readonly Row[]): void {
  const { arn: alarmTopicArn } = new AlarmTopic(stack, "alarms", { platform, emails: ["team@example.com"] });
  new Budget(stack, "budget", { platform: { ...platform, alarmTopicArn }, monthlyUsd: 400 });
  new Dashboard(stack, "dashboard", { platform, rows });
}
