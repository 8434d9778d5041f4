// What the parts of dispatch do, from the manifest to the closed day.

import { DeleteObjectCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { REFUSALS_THAT_OPEN } from "../../lambdas/shared/circuit";
import { claimKey, openShard } from "../../lambdas/shared/claim-keys";
import { spentKey } from "../../lambdas/shared/money-leases";
import { shopperOf } from "../../lambdas/shared/out-file-fixture";
import { statusText } from "../../lambdas/shared/status-message";
import { createFunctions } from "../invoke/functions";
import { phoneOf } from "../made-up/person";
import { LOCAL_TWILIO } from "../published-secrets";
import type { Stage } from "../stage/stage";
import { postWebhook, signedWebhook } from "../twilio/webhook";
import { expectSame, logged, type Scenario } from "./scenario";

const MONDAY = "2026-11-23";
const TUESDAY = "2026-11-24";
const NOON = Date.parse(`${MONDAY}T15:00:00Z`);
const LATE_ON_TUESDAY = Date.parse(`${TUESDAY}T23:30:00Z`);
const CHAIN = "mercado-a";
// More than a sender asks Twilio for at once, so that some lines wait.
const MANY = 110;
// A sender begins nothing in its last 15 s, and a slow message takes longer than what this leaves.
const SHORT_TIMEOUT_SECONDS = 17;
const SLOW_MILLISECONDS = 2_500;

const invoke = (stage: Stage, handler: string, event: object, nowMs: number): Promise<unknown> =>
  stage.standIns.functions.invoke(stage.functionName(handler), event, nowMs);

/** Offers of today for so many new shoppers who may be messaged, planned. */
const plan = async (stage: Stage, count: number, granted = true) => {
  stage.clock.moveTo(NOON);
  const shoppers = Array.from({ length: count }, () => shopperOf(stage.next()));
  const phones: string[] = [];
  const phoneTokens: string[] = [];
  for (const shopper of shoppers) {
    const phone = phoneOf("permissions", stage.next());
    phones.push(phone);
    phoneTokens.push(await stage.known(CHAIN, shopper, phone, granted));
  }
  await stage.publish(MONDAY, CHAIN, shoppers);
  const answer = await invoke(stage, "planner", {}, NOON);
  return { shoppers, phones, phoneTokens, answer };
};

const claimOf = (shopperId: string): string => claimKey({ tenantId: CHAIN, offerDate: MONDAY, shopperId });

const stateOf = async (stage: Stage, shopperId: string): Promise<unknown> =>
  (await stage.get(stage.variable("LEDGER_TABLE"), { claim: claimOf(shopperId) }))?.state;

const lineRow = (shopperId: string, state: string) => ({
  claim: claimOf(shopperId),
  kind: "line",
  tenant_id: CHAIN,
  offer_date: MONDAY,
  shopper_id: shopperId,
  channel: "sms",
  state,
  attempt: 1,
});

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

const stopWord = async (stage: Stage, phoneToken: string): Promise<unknown> =>
  (await stage.get(stage.variable("VAULT_TABLE"), { person: `${CHAIN}#${phoneToken}`, fact: "stop" }))?.word;

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

const receive = async (stage: Stage, url: string): Promise<readonly string[]> => {
  const { sqs } = stage.standIns.clients;
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return bodies;
    for (const { Body = "", ReceiptHandle } of Messages) {
      bodies.push(Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    }
  }
};

const callBack = async (stage: Stage): Promise<void> => {
  await stage.chain(CHAIN);
  const base = stage.variable("CALLBACK_BASE_URL");
  const queue = stage.variable("STATUS_QUEUE_URL");
  const before = await stage.queued(queue);
  const call = (path: string, form: Record<string, string>) =>
    postWebhook(signedWebhook(LOCAL_TWILIO.auth_token, `${base}${path}`, form));
  const sid = `SM${"a".repeat(32)}`;
  const status = await call(`/twilio/status/${encodeURIComponent(claimOf(shopperOf(0)))}`, {
    MessageSid: sid,
    MessageStatus: "delivered",
  });
  expectSame("the answer to a receipt", status, 204);
  const inbound = { MessageSid: sid, From: phoneOf("permissions", 0), To: "+5511900000000", Body: "SAIR" };
  expectSame("the answer to an inbound message", await call("/twilio/inbound", inbound), 200);
  // The receipt, and an opt-out for at least one chain.
  if ((await stage.queued(queue)) < before + 2) throw new Error("the status queue got neither receipt nor opt-out");
};

const applyStatus = async (stage: Stage): Promise<void> => {
  const shopper = shopperOf(stage.next());
  const phoneToken = `token-${stage.next()}`;
  const unpaid = shopperOf(stage.next());
  const blocked = shopperOf(stage.next());
  const blockedToken = `token-${stage.next()}`;
  await stage.put(stage.variable("LEDGER_TABLE"), lineRow(shopper, "SENT"));
  await stage.put(stage.variable("LEDGER_TABLE"), lineRow(unpaid, "SENT"));
  await stage.remove(stage.variable("CONTROL_TABLE"), { id: "circuit" });
  await stage.put(stage.variable("LEDGER_TABLE"), { ...lineRow(blocked, "SENT"), phone_token: blockedToken });
  const at = new Date(NOON).toISOString();
  const sid = `SM${"b".repeat(32)}`;
  const messages = [
    statusText({ kind: "receipt", claim: claimOf(shopper), sid, status: "delivered", code: null, at }),
    statusText({ kind: "receipt", claim: claimOf(blocked), sid, status: "failed", code: 63014, at }),
    statusText({ kind: "receipt", claim: claimOf(unpaid), sid, status: "failed", code: 30002, at }),
    statusText({ kind: "opt_out", tenantId: CHAIN, phoneToken, word: "SAIR", at }),
  ];
  const queue = stage.variable("STATUS_QUEUE_URL");
  for (const MessageBody of messages)
    await stage.standIns.clients.sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody }));
  await stage.drain("status");
  expectSame("the line's state", await stateOf(stage, shopper), "DELIVERED");
  expectSame("the word of the opt-out", await stopWord(stage, phoneToken), "SAIR");
  expectSame("the code of the opt-out", await stopWord(stage, blockedToken), "63014");
  const circuit = await stage.get(stage.variable("CONTROL_TABLE"), { id: "circuit" });
  expectSame("refusals counted", circuit?.receipt_refusals, 1);
  await stage.remove(stage.variable("CONTROL_TABLE"), { id: "circuit" });
};

const MINUTE = 60_000;

/** A message that Twilio took without an answer is found; one that it has not is missed, then held. */
const sweep = async (stage: Stage): Promise<void> => {
  const lost = shopperOf(stage.next());
  const phone_token = await stage.known(CHAIN, lost, phoneOf("permissions", stage.next()));
  const at = new Date(NOON).toISOString();
  const line = { tenantId: CHAIN, offerDate: MONDAY, shopperId: lost };
  const claim = { phone_token, claimed_at: at, updated_at: at, open_shard: openShard(line), text_digest: "none" };
  await stage.put(stage.variable("LEDGER_TABLE"), { ...lineRow(lost, "IN_DOUBT"), ...claim });
  const { shoppers, phones } = await plan(stage, 1);
  stage.twilioFaults.set(phones[0] ?? "", { accepts: true, answer: "drop" });
  try {
    await stage.drain("sender");
  } finally {
    stage.twilioFaults.clear();
  }
  expectSame("the line's state", await stateOf(stage, shoppers[0] ?? ""), "IN_DOUBT");
  const counts = (await invoke(stage, "sweeper", {}, NOON + 11 * MINUTE)) as Record<string, number>;
  if (!counts.found || !counts.missing) throw new Error(`the sweeper counted ${JSON.stringify(counts)}`);
  await stage.drain("status");
  // Its own callbacks come too.
  const found = String(await stateOf(stage, shoppers[0] ?? ""));
  if (!["SENT", "DELIVERED"].includes(found)) throw new Error(`the found line is ${found}`);
  await invoke(stage, "sweeper", {}, NOON + 22 * MINUTE);
  expectSame("the lost line's state", await stateOf(stage, lost), "HELD");
};

const closeDay = async (stage: Stage): Promise<void> => {
  const [open, claimed] = [shopperOf(stage.next()), shopperOf(stage.next())];
  const { key, etag } = await stage.publish(MONDAY, CHAIN, [open, claimed]);
  await stage.put(stage.variable("LEDGER_TABLE"), lineRow(claimed, "CLAIMED"));
  const [money, lease] = [{ id: spentKey(MONDAY) }, "lease#of a sender that died"];
  const leased = JSON.stringify([1, "5.0000", NOON, CHAIN, key, etag, 0, 1]);
  await stage.put(stage.variable("CONTROL_TABLE"), { ...money, brl: 5, [lease]: leased });
  const counts = (await invoke(stage, "closer", { offer_date: MONDAY }, LATE_ON_TUESDAY)) as Record<string, number>;
  expectSame("what closing counted", [counts.HELD, counts["EXPIRED(window_closed)"]], [1, 1]);
  const settled = await stage.get(stage.variable("CONTROL_TABLE"), money);
  expectSame("the day's money once the lease is settled", settled, { ...money, brl: 0 });
  await stage.remove(stage.variable("CONTROL_TABLE"), money);
  expectSame("a day without offers", await invoke(stage, "closer", { offer_date: TUESDAY }, LATE_ON_TUESDAY), {});
};

const reconcile = async (stage: Stage): Promise<void> => {
  const { shoppers } = await plan(stage, 2);
  await stage.drain("sender");
  const ask = (offer_date: string) => invoke(stage, "reconciler", { offer_date }, LATE_ON_TUESDAY);
  // Messages of earlier rounds are of no line that is published now: two lines fit, and what does not is told.
  const answer = (await ask(MONDAY)) as { readonly report?: string };
  const { Body } = await stage.standIns.clients.s3.send(
    new GetObjectCommand({ Bucket: stage.variable("OUT_BUCKET"), Key: answer.report }),
  );
  const report = JSON.parse((await Body?.transformToString()) ?? "{}") as {
    readonly lines: number;
    readonly listed: readonly { readonly claim?: string }[];
  };
  expectSame("lines", report.lines, 2);
  const claims = shoppers.map(claimOf);
  expectSame(
    "findings",
    report.listed.filter(({ claim = "" }) => claims.includes(claim)),
    [],
  );
  expectSame("a day without offers", await ask(TUESDAY), {});
};

/** Planner, sender, callback, status, sweeper, closer and reconciler. */
export const dispatchScenarios: readonly Scenario[] = [
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
  {
    role: "callback",
    name: "queues a receipt and an opt-out",
    run: (stage) => logged(stage, "callback", () => callBack(stage)),
  },
  {
    role: "status",
    name: "applies a receipt and an opt-out",
    run: (stage) => logged(stage, "status", () => applyStatus(stage)),
  },
  {
    role: "sweeper",
    name: "finds what Twilio took and holds what it has not",
    run: (stage) => logged(stage, "sweeper", () => sweep(stage)),
  },
  {
    role: "closer",
    name: "closes a day, and one without offers",
    run: (stage) => logged(stage, "closer", () => closeDay(stage)),
  },
  {
    role: "reconciler",
    name: "reconciles a day, and one without offers",
    run: (stage) => logged(stage, "reconciler", () => reconcile(stage)),
  },
];
