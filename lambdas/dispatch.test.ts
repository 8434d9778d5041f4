// The five functions as they ship, over the real AWS protocols and HTTP: what one puts down the next picks up.
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  AZUL,
  at,
  BUCKET,
  batch,
  call,
  type Dispatch,
  NAMES,
  of,
  phoneOf,
  SENDER,
  setNow,
  startDispatch,
  VERDE,
} from "./dispatch-fixture";
import { refused } from "./sender/twilio-fixture";
import { claimKey } from "./shared/claim-keys";
import { plainRow } from "./shared/dynamo-items";
import { dynamoMoneyLeases } from "./shared/money-leases";
import { outLineText, shopperOf } from "./shared/out-file-fixture";

jest.setTimeout(120_000);

const MONDAY = "2026-11-23";
const TUESDAY = "2026-11-24";
const WEDNESDAY = "2026-11-25";
const SUNDAY = "2026-11-29";

let dispatch: Dispatch;
beforeAll(async () => {
  dispatch = await startDispatch();
});
afterAll(() => dispatch?.stop());

test("a day goes from its files to delivered messages, and everything run twice sends nothing twice", async () => {
  for (const index of [0, 1, 2]) await dispatch.known(AZUL, index, phoneOf(index));
  await dispatch.known(AZUL, 3, phoneOf(3), false);
  await dispatch.known(AZUL, 4, phoneOf(0));
  await dispatch.known(VERDE, 0, phoneOf(0));
  const azul = [0, 1, 2, 3, 4, 5].map((index) => outLineText(AZUL, MONDAY, shopperOf(index), NAMES)).join("");
  const verde = outLineText(VERDE, MONDAY, shopperOf(0), NAMES) + outLineText(VERDE, MONDAY, shopperOf(1), []);
  await dispatch.publish(MONDAY, [
    [AZUL, azul],
    [VERDE, verde],
  ]);

  setNow(at(MONDAY, "13:00:00"));
  await dispatch.run.planner({});
  const shards = await dispatch.drain(dispatch.queues.send);
  await dispatch.run.planner({});
  expect(await dispatch.drain(dispatch.queues.send)).toEqual(shards);
  expect(shards.length).toBeGreaterThan(2);
  expect(shards.join()).not.toContain("98765");

  expect(await dispatch.sendAll([...shards, ...shards])).toEqual([]);
  expect(dispatch.twilio.asked).toHaveLength(4);
  expect(dispatch.twilio.asked.map(({ To }) => To).sort()).toEqual([phoneOf(0), phoneOf(0), phoneOf(1), phoneOf(2)]);
  for (const { Body } of dispatch.twilio.asked) expect(Body).toContain("Cafe; Arroz; Feijao");
  const before = await dispatch.ledger();
  await dispatch.run.planner({});
  expect(await dispatch.drain(dispatch.queues.send)).toEqual([]);
  expect(await dispatch.sendAll(shards)).toEqual([]);
  expect(await dispatch.ledger()).toEqual(before);
  expect(dispatch.twilio.asked).toHaveLength(4);
  expect(JSON.stringify(before)).not.toContain("98765");

  const samePhone = await dispatch.linesOf(MONDAY);
  expect([samePhone[of(AZUL, 0)], samePhone[of(AZUL, 4)]].sort()).toEqual(["SENT", "SUPPRESSED(same_phone)"]);
  expect(samePhone).toMatchObject({
    [of(AZUL, 1)]: "SENT",
    [of(AZUL, 3)]: "SUPPRESSED(no_consent)",
    [of(AZUL, 5)]: "SUPPRESSED(no_phone)",
    [of(VERDE, 0)]: "SENT",
    [of(VERDE, 1)]: "SUPPRESSED(no_offer)",
  });

  const { StatusCallback } = dispatch.twilio.asked.find(({ To }) => To === phoneOf(1))!;
  const path = StatusCallback!.slice("https://api.test/local".length);
  const form = { MessageSid: `SM${"2".repeat(32)}`, MessageStatus: "delivered", To: phoneOf(1) };
  const resource = "/twilio/status/{claim}";
  const forged = { ...call(resource, path, form), body: `${new URLSearchParams(form)}&ErrorCode=1` };
  expect((await dispatch.run.callback(forged)).statusCode).toBe(403);
  expect((await dispatch.run.callback(call(resource, path, form))).statusCode).toBe(204);
  const receipts = await dispatch.drain(dispatch.queues.status);
  expect(receipts).toHaveLength(1);
  expect(receipts.join()).not.toContain("98765");
  expect(await dispatch.run.status(batch([...receipts, ...receipts]))).toEqual({ batchItemFailures: [] });
  expect((await dispatch.linesOf(MONDAY))[of(AZUL, 1)]).toBe("DELIVERED");

  setNow(at(MONDAY, "23:15:00"));
  expect(await dispatch.run.closer({})).toEqual({});
  const lines = await dispatch.linesOf(MONDAY);
  expect(Object.keys(lines)).toHaveLength(8);
});

test("a shopper's STOP holds for every chain of that sender before the next message", async () => {
  setNow(at(TUESDAY, "13:00:00"));
  const inbound = { From: phoneOf(1), To: SENDER, Body: "Sair, por favor", MessageSid: `SM${"3".repeat(32)}` };
  expect((await dispatch.run.callback(call("/twilio/inbound", "/twilio/inbound", inbound))).statusCode).toBe(200);
  const optOuts = await dispatch.drain(dispatch.queues.status);
  expect(optOuts.join()).not.toMatch(/98765|por favor/);
  await dispatch.run.status(batch(optOuts));
  await dispatch.known(VERDE, 1, phoneOf(1));
  const text = (chain: string) => outLineText(chain, TUESDAY, shopperOf(1), NAMES);
  await dispatch.publish(TUESDAY, [
    [AZUL, text(AZUL)],
    [VERDE, text(VERDE)],
  ]);
  await dispatch.run.planner({});
  const asked = dispatch.twilio.asked.length;
  await dispatch.sendAll(await dispatch.drain(dispatch.queues.send));
  expect(dispatch.twilio.asked).toHaveLength(asked);
  expect(await dispatch.linesOf(TUESDAY)).toEqual({
    [of(AZUL, 1)]: "SUPPRESSED(opted_out)",
    [of(VERDE, 1)]: "SUPPRESSED(opted_out)",
  });
});

test("what is in doubt is never sent again and is held at the close, and a refused number is recorded with its code", async () => {
  setNow(at(WEDNESDAY, "13:00:00"));
  const text = [0, 2, 5].map((index) => outLineText(AZUL, WEDNESDAY, shopperOf(index), NAMES)).join("");
  await dispatch.known(AZUL, 5, phoneOf(5));
  await dispatch.publish(WEDNESDAY, [[AZUL, text]]);
  await dispatch.run.planner({});
  const shards = await dispatch.drain(dispatch.queues.send);
  dispatch.twilio.answer = ({ To }) => (To === phoneOf(0) ? "reset" : refused(400, 21211));
  const asked = dispatch.twilio.asked.length;
  await dispatch.sendAll(shards);
  await dispatch.sendAll(shards);
  expect(dispatch.twilio.asked).toHaveLength(asked + 3);
  expect((await dispatch.linesOf(WEDNESDAY))[of(AZUL, 0)]).toBe("IN_DOUBT");
  setNow(at(WEDNESDAY, "23:15:00"));
  expect(await dispatch.run.closer({})).toEqual({ HELD: 1 });
  expect(await dispatch.run.closer({})).toEqual({});
  const rejected = (await dispatch.ledger()).filter(({ state }) => state === "REJECTED");
  expect(rejected.map(({ code }) => code)).toEqual([21211, 21211]);
  dispatch.twilio.answer = (_, count) => ({ status: 201, body: { sid: `SM${String(count).padStart(32, "0")}` } });
});

test("a Sunday sends nothing, records who may not be messaged, and its open lines expire", async () => {
  setNow(at(SUNDAY, "13:00:00"));
  const text = [0, 3].map((index) => outLineText(AZUL, SUNDAY, shopperOf(index), NAMES)).join("");
  await dispatch.publish(SUNDAY, [[AZUL, text]]);
  await dispatch.run.planner({});
  const asked = dispatch.twilio.asked.length;
  await dispatch.sendAll(await dispatch.drain(dispatch.queues.send));
  expect(dispatch.twilio.asked).toHaveLength(asked);
  expect(await dispatch.linesOf(SUNDAY)).toEqual({ [of(AZUL, 3)]: "SUPPRESSED(no_consent)" });
  setNow(at(SUNDAY, "23:15:00"));
  await dispatch.run.closer({});
  expect((await dispatch.linesOf(SUNDAY))[of(AZUL, 0)]).toBe("EXPIRED(not_a_sending_day)");
});

test("a file that is not what was published is not sent from, and its lines expire as such", async () => {
  const date = "2026-11-26";
  setNow(at(date, "13:00:00"));
  const text = outLineText(AZUL, date, shopperOf(0), NAMES) + outLineText(AZUL, date, shopperOf(2), NAMES);
  await dispatch.publish(date, [[AZUL, text]], (good) => good.replace("Arroz", "Pizza"));
  expect(await dispatch.run.planner({})).toMatchObject({ files: 1, refused: 1, shards: 0 });
  expect(await dispatch.drain(dispatch.queues.send)).toEqual([]);
  setNow(at(date, "23:15:00"));
  expect(await dispatch.run.closer({})).toEqual({ "EXPIRED(file_refused)": 2 });
});

test("a file that changed after it was planned is not sent from, nor a day that is not today", async () => {
  const date = "2026-11-27";
  setNow(at(date, "13:00:00"));
  const text = outLineText(AZUL, date, shopperOf(0), NAMES);
  await dispatch.publish(date, [[AZUL, text]]);
  await dispatch.run.planner({});
  const shards = await dispatch.drain(dispatch.queues.send);
  const asked = dispatch.twilio.asked.length;
  const Key = JSON.parse(shards[0]!).key;
  await dispatch.bucket.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: text.replace("Arroz", "Pizza") }));
  expect(await dispatch.sendAll(shards)).toEqual([]);
  await dispatch.bucket.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: text }));
  setNow(at("2026-11-28", "13:00:00"));
  expect(await dispatch.sendAll(shards)).toEqual([]);
  expect(await dispatch.run.planner({ offer_date: date })).toEqual({ planned: false });
  expect(await dispatch.drain(dispatch.queues.send)).toEqual([]);
  expect(dispatch.twilio.asked).toHaveLength(asked);
  const planned = { Bucket: BUCKET, Key: `data_output/${date}/_planned.json` };
  await expect(dispatch.bucket.send(new GetObjectCommand(planned))).resolves.toBeDefined();
});

test("two planners and four senders at once on one day send each shopper and each phone one message", async () => {
  const date = "2026-11-30";
  setNow(at(date, "13:00:00"));
  const shoppers = Array.from({ length: 24 }, (_, index) => index + 100);
  // Every third shopper shares the phone of the one before.
  const phones = shoppers.map((index) => phoneOf(index % 3 === 0 ? index - 1 : index));
  for (const [place, index] of shoppers.entries()) await dispatch.known(AZUL, index, phones[place]!);
  const text = shoppers.map((index) => outLineText(AZUL, date, shopperOf(index), NAMES)).join("");
  await dispatch.publish(date, [[AZUL, text]]);
  await Promise.all([dispatch.run.planner({}), dispatch.run.planner({})]);
  const shards = [...new Set(await dispatch.drain(dispatch.queues.send))];
  const from = dispatch.twilio.asked.length;
  const orders = [shards, [...shards].reverse(), shards, [...shards].reverse()];
  expect(await Promise.all(orders.map(dispatch.sendAll))).toEqual([[], [], [], []]);
  const asked = dispatch.twilio.asked.slice(from).map(({ To }) => To);
  expect(new Set(asked).size).toBe(asked.length);
  expect(new Set(asked)).toEqual(new Set(phones));
  const ends = Object.values(await dispatch.linesOf(date));
  expect(ends).toHaveLength(24);
  expect(ends.filter((end) => end === "SENT")).toHaveLength(asked.length);
  expect(new Set(ends)).toEqual(new Set(["SENT", "SUPPRESSED(same_phone)"]));
});

test("a message that is not ours comes back to be parked, and does not take others with it", async () => {
  expect(await dispatch.sendAll(["{}", "not JSON"])).toEqual([{ itemIdentifier: "m0" }, { itemIdentifier: "m1" }]);
  const claim = claimKey({ tenantId: AZUL, offerDate: MONDAY, shopperId: shopperOf(2) });
  const receipt = JSON.stringify({
    claim,
    sid: "SM1",
    status: "delivered",
    code: null,
    at: "2026-11-23T14:00:00.000Z",
  });
  expect(await dispatch.run.status(batch(["null", receipt]))).toEqual({
    batchItemFailures: [{ itemIdentifier: "m0" }],
  });
  expect((await dispatch.linesOf(MONDAY))[of(AZUL, 2)]).toBe("DELIVERED");
});

test("a day's money is what its claims cost: a dead sender's lease is settled from the ledger by the next sender, or at the close", async () => {
  const date = "2026-12-01";
  setNow(at(date, "13:00:00"));
  const lines = [0, 2, 5].map((index) => outLineText(AZUL, date, shopperOf(index), NAMES));
  await dispatch.publish(date, [[AZUL, lines.join("")]]);
  await dispatch.run.planner({});
  const shards = await dispatch.drain(dispatch.queues.send);
  const leases = dynamoMoneyLeases(dispatch.tables, "control");
  const of = JSON.parse(shards[0]!);
  const place = { tenantId: AZUL, offerDate: date, key: of.key, etag: of.etag, start: 0, end: lines[0]!.length };
  const dead = { id: "dead", raises: 1, brl: 99.9, until: Date.now() - 1, place };
  const lastWords = { tenant_id: AZUL, offer_date: date, kind: "line", state: "CLAIMED", channel: "sms" };
  const claim = claimKey({ tenantId: AZUL, offerDate: date, shopperId: shopperOf(0) });
  await dispatch.put("ledger", { ...lastWords, claim, shopper_id: shopperOf(0), price: 0.2, lease: "dead" });
  expect(await leases.raise(dead, undefined, 100)).toBe("raised");

  expect(await dispatch.sendAll(shards)).toEqual([]);
  const money = async () => {
    const { Items = [] } = await dispatch.tables.send(new ScanCommand({ TableName: "control" }));
    const prices = (await dispatch.ledger())
      .filter(({ offer_date }) => offer_date === date)
      .map(({ price }) => Number(price ?? 0));
    return {
      spent: Items.map(plainRow).find(({ id }) => id === `spent#${date}`)!,
      prices: prices.reduce((sum, price) => sum + price, 0),
    };
  };
  const sent = await money();
  expect(sent.prices).toBeCloseTo(0.4);
  expect(sent.spent).toEqual({ id: `spent#${date}`, brl: 0.4 });

  await leases.raise({ ...dead, id: "dead too", brl: 50 }, undefined, 100);
  setNow(at(date, "23:15:00"));
  expect(await dispatch.run.closer({})).toEqual({ HELD: 1 });
  expect((await money()).spent).toEqual({ id: `spent#${date}`, brl: 0.4 });
});

test("the closer refuses a day on which somebody may still be messaged", async () => {
  setNow(at(MONDAY, "22:59:00"));
  await expect(dispatch.run.closer({})).rejects.toThrow(/is not over/);
});
