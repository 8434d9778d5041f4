// Two guards outside of Airflow: one ends clusters that have outlived their night, one says before the first message is
// due that a night's offers are not there.
import { Construct } from "constructs";
import type { LakeBuckets } from "../lake/lake";
import { alarm, functionMetric, type Metric, queueMetric } from "../shared/alarm";
import { NodeFunction, type NodeFunctionProps } from "../shared/function";
import { bucketGrant, type Grant, parkGrant } from "../shared/grants";
import { logMetric } from "../shared/log-metric";
import type { Panel } from "../shared/panel";
import type { Platform } from "../shared/platform";
import { DeadLetterQueue } from "../shared/queue";
import { Schedule } from "../shared/schedule";

const REAPER_SCHEDULE = "cron(0/15 * * * ? *)";
// The night's own deadline, an hour before the first message.
const DEADLINE_SCHEDULE = "cron(0 7 * * ? *)";
const TIMEOUT_SECONDS = 60;
const PERIOD_SECONDS = 900;

export interface GuardsProps {
  readonly platform: Platform;
  readonly buckets: Pick<LakeBuckets, "out" | "artifacts">;
}

/** Reaper and deadline with their schedules and alarms. */
export class Guards extends Construct {
  /** What the dashboard shows of them. */
  readonly panels: readonly Panel[];
  private readonly failures: DeadLetterQueue;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GuardsProps,
  ) {
    super(scope, id);
    const { platform, buckets } = props;
    this.failures = new DeadLetterQueue(this, { prefix: platform.prefix, queue: "guard-failures" });
    const reaper = this.guard("reaper", { grants: [endOwnClusters(platform.environment)] }, REAPER_SCHEDULE);
    const deadline = this.guard(
      "deadline",
      {
        settings: { TIME_ZONE: platform.timeZone },
        grants: [bucketGrant("OUT_BUCKET", buckets.out, { read: ["data_output/"] })],
      },
      DEADLINE_SCHEDULE,
    );
    const overdue = this.count("clusters-overdue", reaper, "overdue");
    const missing = this.count("offers-missing", deadline, "missing");
    this.watch(
      "cluster-overdue",
      overdue,
      "A cluster outlived its night and was ended, or has no deadline: why did Airflow not end it? See the DAG's last run.",
    );
    this.watch(
      "offers-missing",
      missing,
      "Today's offers are not published for every chain: see the night's DAG run; publish before 08:00, or nobody is messaged.",
    );
    this.watchGuards({ reaper, deadline });
    this.panels = [{ title: "Nights that went wrong", lines: { overdue, missing } }];
  }

  private guard(
    handler: "reaper" | "deadline",
    { settings, grants }: Pick<NodeFunctionProps, "settings" | "grants">,
    expression: string,
  ): NodeFunction {
    const { platform, buckets } = this.props;
    const target = new NodeFunction(this, {
      prefix: platform.prefix,
      handler,
      timeoutSeconds: TIMEOUT_SECONDS,
      memoryMebibytes: 256,
      key: buckets.artifacts.key,
      logRetentionDays: platform.logRetentionDays,
      settings,
      grants: [...grants, parkGrant(this.failures)],
    });
    new Schedule(this, { target, expression, timeZone: platform.timeZone, failures: this.failures });
    return target;
  }

  private count(name: string, { logGroupName }: NodeFunction, message: string): Metric {
    return logMetric(this, { platform: this.props.platform, name, logGroupName, message });
  }

  private watchGuards(guards: Readonly<Record<string, NodeFunction>>): void {
    for (const [name, guard] of Object.entries(guards)) {
      const errors = functionMetric(guard.name, "Errors");
      this.watch(`${name}-errors`, errors, `The ${name} guard fails and guards nothing: read its log.`);
    }
    const parked = queueMetric(this.failures.name, "ApproximateNumberOfMessagesVisible");
    this.watch("guards-parked", parked, "A guard failed for good: read its log, then run it by hand.");
  }

  private watch(name: string, metric: Metric, description: string): void {
    const { platform } = this.props;
    alarm(this, { platform, name, description, watch: metric, above: 0, periodSeconds: PERIOD_SECONDS });
  }
}

/** Looking at all clusters, which AWS does not limit, and ending those of one environment. */
function endOwnClusters(environment: string): Grant {
  const clusters = ["arn:aws:elasticmapreduce:*:*:cluster/*"];
  return {
    environment: { ENVIRONMENT: environment },
    permissions: [
      { actions: ["elasticmapreduce:ListClusters"], resources: ["*"] },
      { actions: ["elasticmapreduce:DescribeCluster"], resources: clusters },
      {
        actions: ["elasticmapreduce:TerminateJobFlows"],
        resources: clusters,
        condition: ["StringEquals", "elasticmapreduce:ResourceTag/environment", [environment]],
      },
    ],
  };
}
