import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Queue, QueueMapping } from "../loader/platform";
import type { Functions } from "./functions";
import { createQueuePoller } from "./queue-poller";

const queue: Queue = { name: "q", arn: "arn:q", url: "http://q", visibilityTimeoutSeconds: 60, delaySeconds: 0 };
const mapping: QueueMapping = {
  queueArn: "arn:q",
  functionName: "worker",
  batchSize: 2,
  maximumConcurrency: 2,
  reportsItemFailures: true,
  enabled: true,
};

interface Input {
  readonly MaxNumberOfMessages?: number;
  readonly ReceiptHandle?: string;
  readonly Entries?: readonly { readonly ReceiptHandle: string }[];
}

interface Held {
  readonly id: string;
  visible: boolean;
}

// The queue's own behaviour, as far as the poller uses it: what is received is invisible until it is given back.
const startPoller = (count: number, changes: Partial<QueueMapping> = {}) => {
  const held: Held[] = Array.from({ length: count }, (_, n) => ({ id: `m${n}`, visible: true }));
  const state = { now: 1000, batches: [] as string[][], finish: [] as ((result: unknown) => void)[] };
  const take = (limit: number) =>
    held
      .filter(({ visible }) => visible)
      .slice(0, limit)
      .map((each) => {
        each.visible = false;
        return { MessageId: each.id, ReceiptHandle: each.id, Body: "{}" };
      });
  const remove = (id: string) =>
    held.splice(
      held.findIndex((each) => each.id === id),
      1,
    );
  const answers: Record<string, (input: Input) => unknown> = {
    ReceiveMessageCommand: ({ MaxNumberOfMessages = 1 }) => ({ Messages: take(MaxNumberOfMessages) }),
    DeleteMessageBatchCommand: ({ Entries }) =>
      void Entries?.forEach(({ ReceiptHandle }) => void remove(ReceiptHandle)),
    ChangeMessageVisibilityCommand: ({ ReceiptHandle }) =>
      void held
        .filter(({ id }) => id === ReceiptHandle)
        .forEach((each) => {
          each.visible = true;
        }),
    GetQueueAttributesCommand: () => ({
      Attributes: { ApproximateNumberOfMessages: String(held.filter(({ visible }) => visible).length) },
    }),
  };
  const sqs = {
    send: async (command: { constructor: { name: string }; input: Input }) =>
      answers[command.constructor.name]?.(command.input),
  } as unknown as SQSClient;
  const functions = {
    invoke: (_name: string, event: { Records: { messageId: string }[] }) => {
      state.batches.push(event.Records.map(({ messageId }) => messageId));
      return new Promise((resolve, reject) =>
        state.finish.push((result) => (result instanceof Error ? reject(result) : resolve(result))),
      );
    },
  } as unknown as Functions;
  const poller = createQueuePoller({ ...mapping, ...changes }, queue, {
    sqs,
    operator: sqs,
    functions,
    now: () => state.now,
    region: "r",
  });
  const finish = async (result: unknown) => {
    state.finish.shift()?.(result);
    await new Promise(setImmediate);
  };
  return { poller, state, held, finish };
};

test("batches are bounded, and so are the invocations at once", async () => {
  const { poller, state, finish } = startPoller(5);
  expect(await poller.poll()).toBe(true);
  expect(state.batches).toEqual([
    ["m0", "m1"],
    ["m2", "m3"],
  ]);
  expect([poller.running(), await poller.waiting()]).toEqual([2, 1]);
  expect(await poller.poll()).toBe(false);
  await finish({ batchItemFailures: [] });
  expect(await poller.poll()).toBe(true);
  expect(state.batches[2]).toEqual(["m4"]);
});

test("what succeeded is deleted; what failed comes back after the visibility timeout on the played clock", async () => {
  const { poller, state, held, finish } = startPoller(2);
  await poller.poll();
  await finish({ batchItemFailures: [{ itemIdentifier: "m1" }] });
  expect(held).toEqual([{ id: "m1", visible: false }]);
  expect(poller.nextVisible()).toBe(61_000);
  state.now = 60_999;
  await poller.release();
  expect(held[0]?.visible).toBe(false);
  state.now = 61_000;
  await poller.release();
  expect([held[0]?.visible, poller.nextVisible()]).toEqual([true, undefined]);
});

test.each([
  ["the function fails", new Error("no"), {}, 2],
  ["it names a message that is not of the batch", { batchItemFailures: [{ itemIdentifier: "other" }] }, {}, 2],
  ["it names nothing readable", { batchItemFailures: "x" }, {}, 2],
  ["it answers nothing", null, {}, 0],
  ["failures are not asked for", { batchItemFailures: [{ itemIdentifier: "m0" }] }, { reportsItemFailures: false }, 0],
])("when %s, the right number comes back", async (_what, result, changes, left) => {
  const { poller, held, finish } = startPoller(2, changes);
  await poller.poll();
  await finish(result);
  expect(held).toHaveLength(left);
});

test("a disabled mapping takes nothing", async () => {
  const { poller, state } = startPoller(1, { enabled: false });
  expect(await poller.poll()).toBe(false);
  expect(state.batches).toEqual([]);
});
