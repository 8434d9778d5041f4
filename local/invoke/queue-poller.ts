// Hands queue messages to functions as Lambda's event source mapping does: batches, bounded concurrency, item failures.
// A failed message comes back when its visibility timeout has passed on the played clock, not on the machine's.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Queue, QueueMapping } from "../loader/platform";
import { isObject } from "../loader/stack";
import type { Functions } from "./functions";

/** What the poller needs of the run. */
export interface PollerPorts {
  /** The queue as the function's role: what Lambda does on its behalf. */
  readonly sqs: SQSClient;
  /** The queue as the machine's operator, who gives messages back on the played clock. */
  readonly operator: SQSClient;
  readonly functions: Functions;
  readonly now: () => number;
  readonly region: string;
}

/** One mapping at work. */
export interface QueuePoller {
  /** Takes what is visible and starts invocations, up to the mapping's concurrency. True when it took anything. */
  poll(): Promise<boolean>;
  /** Invocations under way. */
  running(): number;
  /** Messages in the queue that nobody has taken yet. */
  waiting(): Promise<number>;
  /** The next played instant at which a failed message is visible again; undefined when there is none. */
  nextVisible(): number | undefined;
  /** Makes visible what is due. */
  release(): Promise<void>;
}

interface Failed {
  readonly receiptHandle: string;
  readonly visibleAt: number;
}

// SQS gives at most 10 messages a call, and keeps a message invisible for at most 12 hours.
const MAXIMUM_RECEIVED = 10;
const LONGEST_INVISIBILITY_SECONDS = 43_200;

const recordOf = (message: Message, queue: Queue, region: string) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: message.MessageAttributes ?? {},
  md5OfBody: message.MD5OfBody,
  eventSource: "aws:sqs",
  eventSourceARN: queue.arn,
  awsRegion: region,
});

// The ids of the messages that failed, or undefined when the whole batch did, as for Lambda's own poller.
const failedIds = (result: unknown, batch: readonly Message[]): ReadonlySet<string> | undefined => {
  const failures = isObject(result) ? (result.batchItemFailures ?? []) : [];
  if (!Array.isArray(failures)) return undefined;
  const ids = failures.map((item) => (isObject(item) ? item.itemIdentifier : undefined));
  const known = ids.every((id) => typeof id === "string" && batch.some(({ MessageId }) => MessageId === id));
  return known ? new Set(ids as string[]) : undefined;
};

/** A poller of one mapping. */
export const createQueuePoller = (mapping: QueueMapping, queue: Queue, ports: PollerPorts): QueuePoller => {
  const failed = new Map<string, Failed>();
  let running = 0;
  // A queue that cannot be reached ends the run at the next look.
  let broken: unknown;

  const receive = async (): Promise<readonly Message[]> => {
    const batch: Message[] = [];
    while (batch.length < mapping.batchSize) {
      const wanted = Math.min(MAXIMUM_RECEIVED, mapping.batchSize - batch.length);
      const { Messages = [] } = await ports.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queue.url,
          MaxNumberOfMessages: wanted,
          // Kept away from the machine's clock: the poller gives failed messages back itself.
          VisibilityTimeout: LONGEST_INVISIBILITY_SECONDS,
          WaitTimeSeconds: 0,
          MessageSystemAttributeNames: ["All"],
          MessageAttributeNames: ["All"],
        }),
      );
      batch.push(...Messages);
      if (Messages.length < wanted) break;
    }
    return batch;
  };

  const settle = async (batch: readonly Message[], failures: ReadonlySet<string> | undefined): Promise<void> => {
    const done = batch.filter(({ MessageId = "" }) => failures !== undefined && !failures.has(MessageId));
    const visibleAt = ports.now() + queue.visibilityTimeoutSeconds * 1000;
    for (const { MessageId = "", ReceiptHandle = "" } of batch)
      if (failures === undefined || failures.has(MessageId))
        failed.set(MessageId, { receiptHandle: ReceiptHandle, visibleAt });
    for (let start = 0; start < done.length; start += MAXIMUM_RECEIVED)
      await ports.sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl: queue.url,
          Entries: done
            .slice(start, start + MAXIMUM_RECEIVED)
            .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      );
  };

  const run = async (batch: readonly Message[]): Promise<void> => {
    const event = { Records: batch.map((message) => recordOf(message, queue, ports.region)) };
    let failures: ReadonlySet<string> | undefined;
    try {
      const result = await ports.functions.invoke(mapping.functionName, event, ports.now());
      failures = mapping.reportsItemFailures ? failedIds(result, batch) : new Set();
    } catch {
      // The function's own log says why.
      failures = undefined;
    }
    await settle(batch, failures);
  };

  return {
    poll: async () => {
      let took = false;
      if (broken !== undefined) throw broken;
      while (mapping.enabled && running < mapping.maximumConcurrency) {
        const batch = await receive();
        if (batch.length === 0) break;
        took = true;
        running += 1;
        run(batch)
          .catch((error: unknown) => {
            broken = error;
          })
          .finally(() => {
            running -= 1;
          });
      }
      return took;
    },
    running: () => running,
    waiting: async () => {
      const { Attributes = {} } = await ports.sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: queue.url,
          AttributeNames: ["All"],
        }),
      );
      return (
        Number(Attributes.ApproximateNumberOfMessages ?? 0) + Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0)
      );
    },
    nextVisible: () =>
      failed.size === 0 ? undefined : Math.min(...[...failed.values()].map(({ visibleAt }) => visibleAt)),
    release: async () => {
      for (const [id, { receiptHandle, visibleAt }] of failed) {
        if (visibleAt > ports.now()) continue;
        failed.delete(id);
        await ports.operator.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: queue.url,
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: 0,
          }),
        );
      }
    },
  };
};
