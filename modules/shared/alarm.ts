// An alarm says what is wrong and what to do, and reaches people through the platform's one topic, when it begins and
// when it is over.
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
  type CloudwatchMetricAlarmMetricQuery,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Construct } from "constructs";
import type { Platform } from "./platform";

/** One CloudWatch metric, reduced to a number a period. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Sum" | "Maximum" | "Minimum" | "Average";
}

/** A metric that AWS keeps of a function. */
export function functionMetric(functionName: string, name: "Errors" | "Invocations" | "Throttles"): Metric {
  return { namespace: "AWS/Lambda", name, dimensions: { FunctionName: functionName }, statistic: "Sum" };
}

/** A metric that AWS keeps of a queue; the largest value of a period. */
export function queueMetric(
  queueName: string,
  name: "ApproximateNumberOfMessagesVisible" | "ApproximateAgeOfOldestMessage",
): Metric {
  return { namespace: "AWS/SQS", name, dimensions: { QueueName: queueName }, statistic: "Maximum" };
}

export interface AlarmProps {
  readonly platform: Platform;
  /** The rest of the alarm's name. */
  readonly name: string;
  /** What it means and what to do, for somebody woken by it. */
  readonly description: string;
  /** What is watched: a metric, or a formula over several by their ids (`100 * failed / all`). */
  readonly watch: Metric | { readonly formula: string; readonly of: Readonly<Record<string, Metric>> };
  /** It goes off above this. */
  readonly above: number;
  /** Seconds of one period. */
  readonly periodSeconds: number;
  /** Periods in a row; 1 by default. */
  readonly periods?: number;
  /** What silence means: nothing happened (the default), or that what should report is dead. */
  readonly silence?: "good" | "bad";
}

const RESULT = "result";

/** A CloudWatch alarm to the platform's topic. */
export function alarm(scope: Construct, props: AlarmProps): void {
  const { platform, name, periods = 1 } = props;
  new CloudwatchMetricAlarm(scope, `${name}-alarm`, {
    alarmName: `${platform.prefix}-${name}`,
    alarmDescription: props.description,
    ...watched(props),
    comparisonOperator: "GreaterThanThreshold",
    threshold: props.above,
    evaluationPeriods: periods,
    treatMissingData: props.silence === "bad" ? "breaching" : "notBreaching",
    alarmActions: [platform.alarmTopicArn],
    okActions: [platform.alarmTopicArn],
  });
}

function watched({
  watch,
  periodSeconds: period,
}: AlarmProps): Pick<CloudwatchMetricAlarmConfig, "metricName" | "namespace" | "period" | "metricQuery"> {
  if ("namespace" in watch) return { ...plain(watch), period };
  const queries = Object.entries(watch.of).map(([id, metric]): CloudwatchMetricAlarmMetricQuery => {
    const { statistic: stat, ...rest } = plain(metric);
    return { id, metric: { ...rest, stat, period } };
  });
  return { metricQuery: [{ id: RESULT, expression: watch.formula, returnData: true }, ...queries] };
}

const plain = ({ namespace, name, dimensions, statistic }: Metric) => ({
  namespace,
  metricName: name,
  dimensions: { ...dimensions },
  statistic,
});
