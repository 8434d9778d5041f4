// A message that keeps failing is parked beside its queue for two weeks: never lost, never in the way of the others.
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { NodeFunction } from "./function";
import type { QueueRef } from "./grants";

// SQS keeps a message 14 days at most.
const DEAD_LETTER_RETENTION_SECONDS = 14 * 24 * 3600;

// AWS asks for six function timeouts, so that a throttled batch is not handed out again while it is retried.
const VISIBILITY_TIMEOUTS = 6;

export interface QueueProps {
  /** Prefix of the queue's name. */
  readonly prefix: string;
  /** The rest of its name, and of its fixed address in the state. */
  readonly queue: string;
  /** Seconds the consuming function may take. */
  readonly consumerTimeoutSeconds: number;
  /** How often a message is tried before it is parked. */
  readonly maxReceives: number;
  /** Seconds a message waits to be consumed at most. */
  readonly retentionSeconds: number;
}

/** A queue with its dead letter queue. */
export class Queue extends Construct implements QueueRef {
  readonly url: string;
  readonly arn: string;
  /** Where parked messages lie. */
  readonly deadLetters: DeadLetterQueue;
  readonly name: string;

  constructor(scope: Construct, props: QueueProps) {
    super(scope, `${props.queue}-queue`);
    const parked = new DeadLetterQueue(this, { prefix: props.prefix, queue: `${props.queue}-dlq` });
    const queue = new SqsQueue(this, "queue", {
      name: `${props.prefix}-${props.queue}`,
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: props.retentionSeconds,
      visibilityTimeoutSeconds: VISIBILITY_TIMEOUTS * props.consumerTimeoutSeconds,
      redrivePolicy: Fn.jsonencode({ deadLetterTargetArn: parked.arn, maxReceiveCount: props.maxReceives }),
    });
    queue.overrideLogicalId(`queue_${props.queue}`);
    this.url = queue.url;
    this.arn = queue.arn;
    this.deadLetters = parked;
    this.name = queue.name;
  }
}

export interface DeadLetterQueueProps {
  /** Prefix of the queue's name. */
  readonly prefix: string;
  /** The rest of its name, and of its fixed address in the state. */
  readonly queue: string;
}

/** A queue for what failed for good. */
export class DeadLetterQueue extends Construct implements QueueRef {
  readonly name: string;
  readonly url: string;
  readonly arn: string;

  constructor(scope: Construct, props: DeadLetterQueueProps) {
    super(scope, props.queue);
    const queue = new SqsQueue(this, "queue", {
      name: `${props.prefix}-${props.queue}`,
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS,
    });
    queue.overrideLogicalId(`queue_${props.queue.replaceAll("-", "_")}`);
    this.name = queue.name;
    this.url = queue.url;
    this.arn = queue.arn;
  }
}

export interface ConsumerProps {
  readonly queue: QueueRef;
  /** The function, which holds the grant to consume the queue and answers with the messages that failed. */
  readonly target: NodeFunction;
  /** Messages handed over at once. */
  readonly batchSize: number;
  /** Invocations at once, 2–1,000; unlike reserved concurrency it sends no good message to the dead letters. */
  readonly maximumConcurrency?: number;
}

/** Feeds a queue to a function; a message that the function reports as failed comes again, the others do not. */
export function consume(scope: Construct, id: string, props: ConsumerProps): void {
  const { queue, target, batchSize, maximumConcurrency } = props;
  new LambdaEventSourceMapping(scope, `${id}-consumer`, {
    eventSourceArn: queue.arn,
    functionName: target.name,
    batchSize,
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: maximumConcurrency === undefined ? undefined : { maximumConcurrency },
  });
}
