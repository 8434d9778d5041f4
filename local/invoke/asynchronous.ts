// Asynchronous invocations as Lambda makes them: retried when they fail, then handed to the function's destination.
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { FunctionDefinition, Queue } from "../loader/platform";
import { messageOf } from "../night/night-error";
import type { Functions } from "./functions";

/** What asynchronous invocations need of the run. */
export interface AsynchronousPorts {
  readonly functions: Functions;
  readonly definitions: readonly FunctionDefinition[];
  readonly queues: readonly Queue[];
  /** The queues as a role: Lambda parks an event as the function's own. */
  readonly sqsOf: (role: string) => SQSClient;
  /** Told about an event that failed at last. */
  readonly failed: (functionName: string, message: string) => void;
}

/** Invokes a function with `event` at a played instant; resolves when it has succeeded or failed for good. */
export const invokeAsynchronously = async (
  ports: AsynchronousPorts,
  functionName: string,
  event: unknown,
  nowMs: number,
): Promise<void> => {
  const definition = ports.definitions.find(({ name }) => name === functionName);
  if (!definition) throw new Error(`the stack has no function ${functionName}`);
  const { retries, onFailureArn } = definition.asynchronous;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await ports.functions.invoke(functionName, event, nowMs);
      return;
    } catch (error) {
      if (attempt < retries) continue;
      ports.failed(functionName, messageOf(error));
      const queue = ports.queues.find(({ arn }) => arn === onFailureArn);
      if (queue)
        await ports.sqsOf(definition.role).send(
          new SendMessageCommand({
            QueueUrl: queue.url,
            MessageBody: JSON.stringify({
              version: "1.0",
              requestContext: { functionArn: definition.arn, condition: "RetriesExhausted" },
              requestPayload: event,
              responsePayload: { errorMessage: messageOf(error) },
            }),
          }),
        );
      return;
    }
  }
};
