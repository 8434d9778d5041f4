import type { SQSClient } from "@aws-sdk/client-sqs";
import type { FunctionDefinition } from "../loader/platform";
import { invokeAsynchronously } from "./asynchronous";

const definition = (retries: number, onFailureArn?: string): FunctionDefinition => ({
  name: "planner",
  arn: "arn:planner",
  zip: "",
  handler: "index.handler",
  timeoutSeconds: 1,
  memoryMb: 128,
  environment: {},
  role: "planner-role",
  logGroup: "/aws/lambda/planner",
  asynchronous: { retries, onFailureArn },
});

const invoke = async (failures: number, retries: number, onFailureArn?: string) => {
  let calls = 0;
  const sent: string[] = [];
  const told: string[] = [];
  const queue = { name: "q", arn: "arn:q", url: "http://q", visibilityTimeoutSeconds: 30, delaySeconds: 0 };
  await invokeAsynchronously(
    {
      functions: {
        invoke: async () => {
          calls += 1;
          if (calls <= failures) throw new Error("no luck");
        },
        running: () => 0,
        rest: async () => undefined,
        crash: async () => 0,
        close: async () => undefined,
      },
      definitions: [definition(retries, onFailureArn)],
      queues: [queue],
      sqsOf: (role) =>
        ({
          send: async (command: { input: { MessageBody: string } }) =>
            sent.push(`${role} ${command.input.MessageBody}`),
        }) as unknown as SQSClient,
      failed: (name, message) => told.push(`${name}: ${message}`),
    },
    "planner",
    { offer_date: "x" },
    1,
  );
  return { calls, sent, told };
};

test("a failing invocation is repeated as often as the stack says", async () => {
  expect(await invoke(2, 2)).toEqual({ calls: 3, sent: [], told: [] });
});

test("what fails at last is told, and handed to the function's destination with its event", async () => {
  const { calls, sent, told } = await invoke(9, 1, "arn:q");
  expect(calls).toBe(2);
  expect(told).toEqual(["planner: no luck"]);
  expect(sent[0]).toMatch(/^planner-role /);
  expect(JSON.parse(sent[0]?.replace("planner-role ", "") ?? "")).toMatchObject({
    requestPayload: { offer_date: "x" },
    requestContext: { condition: "RetriesExhausted" },
  });
});
