// A night that failed tells the people who get the alarms by itself; one that never ran is told by the deadline guard.

import type { Construct } from "constructs";
import { alarm, type Metric } from "../shared/alarm";
import type { Panel } from "../shared/panel";
import type { Platform } from "../shared/platform";

// MWAA reports Airflow's own numbers each minute; a night reports once, when it ends.
const PERIOD_SECONDS = 300;

export interface FailedNightsProps {
  readonly platform: Platform;
  /** Name of the MWAA environment. */
  readonly environmentName: string;
  /** Id of the DAG. */
  readonly dag: string;
}

/**
 * The alarm, and what the dashboard shows of how long nights took.
 * https://docs.aws.amazon.com/mwaa/latest/userguide/access-metrics-cw.html
 */
export function watchFailedNights(scope: Construct, { platform, environmentName, dag }: FailedNightsProps): Panel {
  const milliseconds = (name: string): Metric => ({
    namespace: "AmazonMWAA",
    name,
    dimensions: { Environment: environmentName, DAG: dag },
    statistic: "Maximum",
  });
  const failed = milliseconds("DAGDurationFailed");
  alarm(scope, {
    platform,
    name: "night-failed",
    description:
      "A night's run failed: open its first red task in Airflow, mend what its log says, clear the run before 07:00; after 08:00 nobody is messaged.",
    watch: failed,
    above: 0,
    periodSeconds: PERIOD_SECONDS,
  });
  return {
    title: "How long nights took, in milliseconds",
    lines: { published: milliseconds("DAGDurationSuccess"), failed },
  };
}
