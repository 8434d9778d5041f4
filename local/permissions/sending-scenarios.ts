// What planner and sender do, from the manifest to Twilio.
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { REFUSALS_THAT_OPEN } from "../../lambdas/shared/circuit";
import { createFunctions } from "../invoke/functions";
import { LOCAL_TWILIO } from "../published-secrets";
import type { Stage } from "../stage/stage";
import { invoke, NOON, plan, receive, stateOf, stopWord } from "./dispatch-day";
import { expectSame, logged, type Scenario } from "./scenario";

// More than a sender asks Twilio for at once, so that some lines wait.
const MANY = 110;
// A sender begins nothing in its last 15 s, and a slow message takes longer than what this leaves.
const SHORT_TIMEOUT_SECONDS = 17;
const SLOW_MILLISECONDS = 2_500;

const refuseAccount = async (stage: Stage, work: () => Promise<void>): Promise<void> => {
  const { secrets } = stage.standIns.clients;
  const SecretId = stage.variable("TWILIO_SECRET_ARN");
  const write = (token: string) =>
    secrets.send(
      new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify({ ...LOCAL_TWILIO, auth_token: token }) }),
    );
  await write("f".repeat(32));
  try {
    await work();
  } finally {
    await write(LOCAL_TWILIO.auth_token);
    await stage.remove(stage.variable("CONTROL_TABLE"), { id: "circuit" });
  }
};

const handOn = async (stage: Stage): Promise<void> => {
  const { platform, surroundings } = stage.standIns;
  const definition = platform.functions.find(({ name }) => name === stage.functionName("sender"));
  if (!definition) throw new Error("the stack has no sender");
  const hurried = createFunctions([{ ...definition, timeoutSeconds: SHORT_TIMEOUT_SECONDS }], surroundings);
  const queue = stage.variable("SEND_QUEUE_URL");
  try {
    const { phones } = await plan(stage, MANY);
    for (const phone of phones) stage.twilioFaults.set(phone, { accepts: true, delayMs: SLOW_MILLISECONDS });
    const bodies = await receive(stage, queue);
    expectSame("shards planned", bodies.length, 1);
    const Records = bodies.map((body, index) => ({ messageId: `m${index}`, body }));
    const answer = await hurried.invoke(definition.name, { Records }, NOON);
    expectSame("what comes back", answer, { batchItemFailures: [] });
    expectSame("shards handed on", (await receive(stage, queue)).length, 1);
  } finally {
    stage.twilioFaults.clear();
    await hurried.close();
  }
};

/** Twilio says that a shopper has opted out: that phone of that chain is barred. */
const bar = async (stage: Stage): Promise<void> => {
  const { shoppers, phones, phoneTokens } = await plan(stage, 1);
  const answer = { status: 400, code: 21610, message: "Attempt to send to unsubscribed recipient" };
  stage.twilioFaults.set(phones[0] ?? "", { accepts: false, answer });
  try {
    await stage.drain("sender");
  } finally {
    stage.twilioFaults.clear();
  }
  expectSame("the line's state", await stateOf(stage, shoppers[0] ?? ""), "REJECTED");
  expectSame("the word of the STOP", await stopWord(stage, phoneTokens[0] ?? ""), "21610");
};

/** A shard of a file that is gone is not tried again: the next plan would not name it. */
const fileIsGone = async (stage: Stage): Promise<void> => {
  await plan(stage, 1);
  const [body = ""] = await receive(stage, stage.variable("SEND_QUEUE_URL"));
  const { key } = JSON.parse(body) as { key: string };
  const { s3, sqs } = stage.standIns.clients;
  await s3.send(new DeleteObjectCommand({ Bucket: stage.variable("OUT_BUCKET"), Key: key }));
  await sqs.send(new SendMessageCommand({ QueueUrl: stage.variable("SEND_QUEUE_URL"), MessageBody: body }));
  await stage.drain("sender");
};

/** Planner and sender. */
export const sendingScenarios: readonly Scenario[] = [
  {
    role: "planner",
    name: "plans a day, and finds nothing to plan on another",
    run: (stage) =>
      logged(stage, "planner", async () => {
        const { answer } = await plan(stage, 2);
        expectSame("the plan", answer, { files: 1, refused: 0, lines: 2, shards: 1 });
        expectSame("shards on the queue", (await receive(stage, stage.variable("SEND_QUEUE_URL"))).length, 1);
        const nothing = await invoke(stage, "planner", {}, NOON + 24 * 3_600_000);
        expectSame("a day without offers", nothing, { planned: false });
      }),
  },
  {
    role: "sender",
    name: "sends to who agreed, and writes down who did not",
    run: (stage) =>
      logged(stage, "sender", async () => {
        const sent = (await plan(stage, 1)).shoppers[0] ?? "";
        await stage.drain("sender");
        const silent = (await plan(stage, 1, false)).shoppers[0] ?? "";
        await stage.drain("sender");
        const states = [await stateOf(stage, sent), await stateOf(stage, silent)];
        expectSame("the lines' states", states, ["SENT", "SUPPRESSED"]);
      }),
  },
  {
    role: "sender",
    name: "gives a claim back when Twilio refuses the account",
    actions: ["dynamodb:DeleteItem"],
    run: (stage) =>
      refuseAccount(stage, async () => {
        const [shopper = ""] = (await plan(stage, REFUSALS_THAT_OPEN)).shoppers;
        await stage.drain("sender");
        expectSame("the line's state", await stateOf(stage, shopper), undefined);
        const circuit = await stage.get(stage.variable("CONTROL_TABLE"), { id: "circuit" });
        expectSame("the circuit", circuit?.on, true);
      }),
  },
  {
    role: "sender",
    name: "bars who opted out at Twilio",
    actions: ["dynamodb:PutItem"],
    run: bar,
  },
  {
    role: "sender",
    name: "sees that a file is gone",
    actions: ["s3:ListBucket"],
    run: fileIsGone,
  },
  {
    role: "sender",
    name: "hands on what its time does not suffice for",
    actions: ["sqs:SendMessage"],
    run: handOn,
  },
];
