// What the parts of ingestion do, from the write key to the object in the lake.
import { randomUUID } from "node:crypto";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { cpfOf } from "../made-up/person";
import { createPostClient } from "../player/post-client";
import type { Stage } from "../stage/stage";
import { expectSame, logged, type Scenario } from "./scenario";

const about = (stage: Stage, more: object) => ({
  event_id: randomUUID(),
  occurred_at: new Date(stage.clock.now() - 60_000).toISOString(),
  store_id: "1",
  ...more,
});

const events = (stage: Stage, number: number): readonly object[] => [
  about(stage, {
    event_type: "sale",
    cpf: cpfOf(number),
    loyalty_id: `card-${number}`,
    items: [{ sku: "leite", quantity: 1, unit_price: 2 }],
  }),
  about(stage, { event_type: "sale", items: [] }),
];

const post = async (stage: Stage): Promise<{ readonly status: number; readonly body: string }> => {
  const { ingestionPort, ingestionStage } = stage.standIns;
  const number = stage.next();
  const writeKey = await stage.chain(`chain-${number}`);
  const client = createPostClient(ingestionPort);
  try {
    return await client.post(`/${ingestionStage}/v1/events/purchase`, writeKey, JSON.stringify(events(stage, number)));
  } finally {
    client.close();
  }
};

const postBoth = async (stage: Stage): Promise<void> => {
  const { status, body } = await post(stage);
  const { accepted, rejected } = JSON.parse(body) as { accepted?: number; rejected?: readonly { code: string }[] };
  expectSame("the answer", [status, accepted, rejected?.map(({ code }) => code)], [202, 1, ["SCHEMA"]]);
};

const taken = (stage: Stage): number =>
  Object.values(stage.standIns.firehose.counters()).reduce((sum, { accepted }) => sum + accepted, 0);

const objects = async (stage: Stage): Promise<number> => {
  const { clients, night } = stage.standIns;
  const { KeyCount = 0 } = await clients.s3.send(new ListObjectsV2Command({ Bucket: night.inBucket }));
  return KeyCount;
};

/** Authorizer, collector and the delivery streams. */
export const ingestionScenarios: readonly Scenario[] = [
  {
    role: "authorizer",
    name: "lets a chain in by its write key",
    run: (stage) => logged(stage, "authorizer", () => postBoth(stage)),
  },
  {
    role: "collector",
    name: "takes a purchase and seals a rejected one",
    run: (stage) =>
      logged(stage, "collector", async () => {
        const before = taken(stage);
        await postBoth(stage);
        expectSame("records taken by the streams", taken(stage) - before, 2);
      }),
  },
  {
    role: "delivery",
    name: "delivers converted events and quarantined ones",
    run: async (stage) => {
      await stage.standIns.firehose.flushAll(stage.clock.now());
      const before = await objects(stage);
      await postBoth(stage);
      await stage.standIns.firehose.flushAll(stage.clock.now());
      expectSame("objects delivered", (await objects(stage)) - before, 2);
    },
  },
];
