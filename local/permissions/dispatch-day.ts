// What the scenarios of dispatch share: a day of one chain, its offers planned, and what became of a line.
import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { claimKey } from "../../lambdas/shared/claim-keys";
import { shopperOf } from "../../lambdas/shared/out-file-fixture";
import { phoneOf } from "../made-up/person";
import type { Stage } from "../stage/stage";

export const MONDAY = "2026-11-23";
export const NOON = Date.parse(`${MONDAY}T15:00:00Z`);
export const CHAIN = "mercado-a";

/** Runs a function at an instant and gives its answer. */
export const invoke = (stage: Stage, handler: string, event: object, nowMs: number): Promise<unknown> =>
  stage.standIns.functions.invoke(stage.functionName(handler), event, nowMs);

/** Offers of today for so many new shoppers who may be messaged, planned. */
export const plan = async (stage: Stage, count: number, granted = true) => {
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

export const claimOf = (shopperId: string): string => claimKey({ tenantId: CHAIN, offerDate: MONDAY, shopperId });

/** The state that the ledger has of a shopper's line. */
export const stateOf = async (stage: Stage, shopperId: string): Promise<unknown> =>
  (await stage.get(stage.variable("LEDGER_TABLE"), { claim: claimOf(shopperId) }))?.state;

/** A shopper's line as a row of the ledger. */
export const lineRow = (shopperId: string, state: string) => ({
  claim: claimOf(shopperId),
  kind: "line",
  tenant_id: CHAIN,
  offer_date: MONDAY,
  shopper_id: shopperId,
  channel: "sms",
  state,
  attempt: 1,
});

/** The word by which a phone was barred. */
export const stopWord = async (stage: Stage, phoneToken: string): Promise<unknown> =>
  (await stage.get(stage.variable("VAULT_TABLE"), { person: `${CHAIN}#${phoneToken}`, fact: "stop" }))?.word;

/** Takes every message out of a queue. */
export const receive = async (stage: Stage, url: string): Promise<readonly string[]> => {
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
