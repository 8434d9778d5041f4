// A scheduled function runs in local time; the scheduler may call it twice and forgets a failure, so what fails
// for good is parked in a queue of its own.
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { Construct } from "constructs";
import type { NodeFunction } from "./function";
import type { QueueRef } from "./grants";
import { ServiceRole } from "./policy";

// Lambda's own most: two retries after the first failure.
const RETRIES = 2;

export interface ScheduleProps {
  /** The function; what it fails at for good it may put into `failures`. */
  readonly target: NodeFunction;
  /** EventBridge Scheduler cron, in `timeZone`. */
  readonly expression: string;
  /** IANA zone that the expression is read in. */
  readonly timeZone: string;
  /** Where an invocation that failed for good is parked. */
  readonly failures: QueueRef;
}

/** A schedule that invokes one function with `{}`. */
export class Schedule extends Construct {
  constructor(scope: Construct, props: ScheduleProps) {
    super(scope, `${props.target.node.id}-schedule`);
    const role = new ServiceRole(this, "role", {
      name: `${props.target.name}-schedule`,
      services: ["scheduler.amazonaws.com"],
      onlyForThisAccount: true,
      permissions: [{ actions: ["lambda:InvokeFunction"], resources: [props.target.arn] }],
    });
    new SchedulerSchedule(this, "schedule", {
      name: props.target.name,
      scheduleExpression: props.expression,
      scheduleExpressionTimezone: props.timeZone,
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn: props.target.arn, roleArn: role.arn, input: "{}" },
      dependsOn: role.ready,
    });
    new LambdaFunctionEventInvokeConfig(this, "failures", {
      functionName: props.target.name,
      maximumRetryAttempts: RETRIES,
      destinationConfig: { onFailure: { destination: props.failures.arn } },
    });
  }
}
