// Functions count in their logs what they did; a filter turns such a count into a metric, so that no function calls
// CloudWatch and no count is made twice.
import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import type { Construct } from "constructs";
import type { Metric } from "./alarm";
import type { Platform } from "./platform";

export interface LogMetricProps {
  readonly platform: Pick<Platform, "prefix">;
  /** Name of the metric, in the environment's own namespace. */
  readonly name: string;
  /** Log group whose lines are JSON objects with a `message`. */
  readonly logGroupName: string;
  /** The lines that count: those with this `message`. */
  readonly message: string;
  /** Path of the number in such a line, such as `states.SENT`; without it each line counts 1. */
  readonly field?: string;
}

/** The sum of a number over log lines. */
export function logMetric(scope: Construct, props: LogMetricProps): Metric {
  const { platform, name, logGroupName, message, field } = props;
  const said = `$.message = "${message}"`;
  new CloudwatchLogMetricFilter(scope, `${name}-count`, {
    name: `${platform.prefix}-${name}`,
    logGroupName,
    // A line without the number is no line of this kind.
    pattern: field === undefined ? `{ ${said} }` : `{ ${said} && $.${field} = * }`,
    metricTransformation: {
      namespace: platform.prefix,
      name,
      value: field === undefined ? "1" : `$.${field}`,
      unit: "Count",
    },
  });
  return { namespace: platform.prefix, name, dimensions: {}, statistic: "Sum" };
}
