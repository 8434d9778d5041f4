// What becomes of messages once Twilio has them, from a receipt to the closed and reconciled day.
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { openShard } from "../../lambdas/shared/claim-keys";
import { spentKey } from "../../lambdas/shared/money-leases";
import { shopperOf } from "../../lambdas/shared/out-file-fixture";
import { statusText } from "../../lambdas/shared/status-message";
import { phoneOf } from "../made-up/person";
import { LOCAL_TWILIO } from "../published-secrets";
import type { Stage } from "../stage/stage";
import { postWebhook, signedWebhook } from "../twilio/webhook";
import { CHAIN, claimOf, invoke, lineRow, MONDAY, NOON, plan, stateOf, stopWord } from "./dispatch-day";
import { expectSame, logged, type Scenario } from "./scenario";

const TUESDAY = "2026-11-24";
const LATE_ON_TUESDAY = Date.parse(`${TUESDAY}T23:30:00Z`);

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

/** Callback, status, sweeper, closer and reconciler. */
export const settlingScenarios: readonly Scenario[] = [
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
