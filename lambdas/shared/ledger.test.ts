// The ledger and the control table against DynamoDB's own protocol: their conditions are the promise.
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createTable, type Moto, startMoto } from "../moto-fixture";
import { dynamoDb } from "./aws-clients";
import { attemptKey, claimKey, openShard } from "./claim-keys";
import { type Control, dynamoControl } from "./control";
import { plainRow, type Row, typed, typedRow } from "./dynamo-items";
import { type Claim, dynamoLedger, type Ledger } from "./ledger";
import { shopperOf } from "./out-file-fixture";

jest.setTimeout(120_000);

const AT = "2026-11-23T13:00:00.000Z";
const LATER = "2026-11-23T14:00:00.000Z";
const DATE = "2026-11-23";

describe("the ledger", () => {
  let moto: Moto;
  let db: DynamoDBClient;
  let ledger: Ledger;
  let control: Control;
  let shoppers = 0;

  beforeAll(async () => {
    moto = await startMoto();
    db = dynamoDb();
    await createTable(db, "ledger", "claim");
    await createTable(db, "control", "id");
    ledger = dynamoLedger(db, "ledger", async () => {});
    control = dynamoControl(db, "control");
  });
  afterAll(() => moto?.stop());

  const newClaim = (phoneToken = `phone-${shoppers}`): Claim => {
    shoppers += 1;
    return {
      tenantId: "rede-azul",
      offerDate: DATE,
      shopperId: shopperOf(shoppers),
      channel: "sms",
      phoneToken,
      price: 0.1 + 0.2,
      claimedAt: AT,
      leaseId: "lease-a",
    };
  };
  const row = async (claim: Claim): Promise<Row> => {
    const Key = { claim: typed(claimKey(claim)) };
    const { Item } = await db.send(new GetItemCommand({ TableName: "ledger", Key, ConsistentRead: true }));
    return plainRow(Item ?? {});
  };

  test("gives a line to one claimant and never to a second, whatever became of it", async () => {
    const claim = newClaim();
    expect(await ledger.claim(claim)).toBe("claimed");
    expect(await ledger.claim(claim)).toBe("taken");
    expect(await ledger.claim({ ...claim, phoneToken: "another phone" })).toBe("taken");
    await ledger.step(claimKey(claim), "IN_DOUBT", {}, AT);
    expect(await ledger.claim(claim)).toBe("taken");
    expect(await row(claim)).toMatchObject({ kind: "line", state: "IN_DOUBT", attempt: 1, channel: "sms" });
  });

  test("knows for which phone a claim was made, and of a line without one nothing", async () => {
    const claim = newClaim("the phone");
    expect(await ledger.phoneTokenOf(claimKey(claim))).toBeUndefined();
    await ledger.claim(claim);
    expect(await ledger.phoneTokenOf(claimKey(claim))).toBe("the phone");
  });

  test("gives a line to one of many who want it at once", async () => {
    const claim = newClaim();
    const results = await Promise.all(Array.from({ length: 8 }, () => ledger.claim(claim)));
    expect(results.filter((result) => result === "claimed")).toHaveLength(1);
    expect(results.filter((result) => result === "taken")).toHaveLength(7);
  });

  test("gives a phone's day to one shopper of a chain, and the other line stays open", async () => {
    const first = newClaim("shared phone");
    const second = newClaim("shared phone");
    expect(await ledger.claim(first)).toBe("claimed");
    expect(await ledger.claim(second)).toBe("same_phone");
    expect(await row(second)).toEqual({});
    expect(await ledger.claim({ ...second, tenantId: "rede-verde" })).toBe("claimed");
  });

  test("takes back a claim only from the one who made it, and then line and phone are open again", async () => {
    const claim = newClaim();
    await ledger.claim(claim);
    expect(await ledger.release({ ...claim, claimedAt: "2026-11-23T13:00:00.001Z" })).toBe(false);
    expect(await ledger.release(claim)).toBe(true);
    expect(await ledger.release(claim)).toBe(false);
    expect(await ledger.claim({ ...newClaim(), phoneToken: claim.phoneToken })).toBe("claimed");
    const sent = newClaim();
    await ledger.claim(sent);
    await ledger.step(claimKey(sent), "SENT", { sid: "SM1" }, AT);
    expect(await ledger.release(sent)).toBe(false);
  });

  test("gives a line that failed for good on one channel to its own shopper for another, and says what was before", async () => {
    const first = { ...newClaim(), channel: "whatsapp", price: 0.4, leaseId: "lease-w" } as const;
    const onWhatsApp = attemptKey(first, "whatsapp");
    const next = {
      ...first,
      channel: "sms",
      claimedAt: LATER,
      price: 0.3,
      leaseId: "lease-s",
      textDigest: "d",
    } as const;
    await ledger.claim(first);
    expect(await ledger.claim(next)).toBe("taken");
    await ledger.step(onWhatsApp, "SENT", { sid: "SM1" }, AT);
    expect(await ledger.earlierOf(claimKey(first))).toBeUndefined();
    expect(await ledger.step(claimKey(first), "RELEASED", { code: 63024, failedAs: "UNDELIVERED" }, AT)).toBe(false);
    expect(await ledger.step(onWhatsApp, "RELEASED", { code: 63024, failedAs: "UNDELIVERED" }, AT)).toBe(true);
    expect(await ledger.earlierOf(claimKey(first))).toEqual({ state: "RELEASED", channel: "whatsapp" });
    const released = await row(first);

    expect(await ledger.claim({ ...next, channel: "whatsapp" })).toBe("taken");
    expect(await ledger.claim({ ...next, phoneToken: "another phone" })).toBe("taken");
    expect(await Promise.all([ledger.claim(next), ledger.claim(next)])).toEqual(
      expect.arrayContaining(["claimed", "taken"]),
    );
    expect(await row(first)).toMatchObject({
      ...{ state: "CLAIMED", channel: "sms", attempt: 2, price: 0.3, lease: "lease-s", text_digest: "d" },
      ...{ earlier_channel: "whatsapp", earlier_sid: "SM1", earlier_code: 63024, earlier_price: 0.4 },
    });
    expect(await ledger.paidFrom("lease-w", [claimKey(first)])).toBe(0.4);
    expect(await ledger.paidFrom("lease-s", [claimKey(first)])).toBe(0.3);
    // What comes late of the first message is not the second's.
    expect(await ledger.step(onWhatsApp, "SENT", { sid: "SM1" }, LATER)).toBe(false);

    expect(await ledger.release(next)).toBe(true);
    const { attempt, claimed_at, updated_at, ...before } = released;
    expect(await row(first)).toMatchObject(before);
    expect([attempt, claimed_at, updated_at]).toEqual([1, AT, AT]);
    expect(await ledger.claim(next)).toBe("claimed");
    expect(await ledger.step(claimKey(next), "SENT", { sid: "SM2" }, LATER)).toBe(true);
    expect(await row(first)).toMatchObject({ state: "SENT", sid: "SM2", earlier_sid: "SM1" });
    expect(await ledger.endRelease(claimKey(first), LATER)).toBeUndefined();
  });

  test.each(["REJECTED", "UNDELIVERED"] as const)("ends a released line as it failed: %s", async (failedAs) => {
    const claim = { ...newClaim(), channel: "whatsapp" } as const;
    await ledger.claim(claim);
    await ledger.step(attemptKey(claim, "whatsapp"), "RELEASED", { code: 63003, failedAs }, AT);
    expect(await ledger.endRelease(claimKey(claim), LATER)).toBe(failedAs);
    expect(await row(claim)).toMatchObject({ state: failedAs, code: 63003, channel: "whatsapp" });
    expect(await ledger.endRelease(claimKey(claim), LATER)).toBeUndefined();
  });

  test("moves a row along the table only, keeping what it was told", async () => {
    const claim = newClaim();
    const key = claimKey(claim);
    expect(await ledger.step(key, "SENT", { sid: "SM1" }, AT)).toBe(false);
    expect(await row(claim)).toEqual({});
    await ledger.claim(claim);
    expect(await ledger.step(key, "DELIVERED", {}, AT)).toBe(false);
    expect(await ledger.step(key, "SENT", { sid: "SM1" }, AT)).toBe(true);
    expect(await ledger.step(key, "HELD", {}, AT)).toBe(false);
    expect(await ledger.step(key, "UNDELIVERED", { code: 30003 }, AT)).toBe(true);
    expect(await ledger.step(key, "SENT", {}, AT)).toBe(false);
    expect(await row(claim)).toMatchObject({ state: "UNDELIVERED", sid: "SM1", price: 0.3, code: 30003 });
  });

  test("names a claim among the day's open ones until it is settled", async () => {
    const claim = newClaim();
    await ledger.claim({ ...claim, textDigest: "d" });
    const open = { open_shard: openShard(claim), text_digest: "d" };
    expect(await row(claim)).toMatchObject(open);
    await ledger.step(claimKey(claim), "IN_DOUBT", { code: "TIMEOUT" }, AT);
    expect(await row(claim)).toMatchObject(open);
    await ledger.step(claimKey(claim), "SENT", { sid: "SM1" }, AT);
    expect(await row(claim)).not.toHaveProperty("open_shard");
  });

  test("lets a reopened line be claimed once more, by its own shopper for the same phone, and counts the attempts", async () => {
    const claim = newClaim();
    await ledger.claim(claim);
    await ledger.step(claimKey(claim), "IN_DOUBT", { code: "TIMEOUT" }, AT);
    await ledger.step(claimKey(claim), "REOPENED", {}, AT);
    expect(await row(claim)).not.toHaveProperty("open_shard");
    expect(await ledger.claim({ ...newClaim(), phoneToken: claim.phoneToken })).toBe("same_phone");
    expect(await ledger.claim({ ...claim, phoneToken: "another phone" })).toBe("taken");
    expect(await ledger.suppress(claim, "no_consent", AT)).toBe(false);
    const later = { ...claim, claimedAt: "2026-11-23T14:00:00.000Z", textDigest: "d" };
    const results = await Promise.all(Array.from({ length: 4 }, () => ledger.claim(later)));
    expect(results.filter((result) => result === "claimed")).toHaveLength(1);
    const again = { state: "CLAIMED", attempt: 2, claimed_at: later.claimedAt, first_claimed_at: AT, text_digest: "d" };
    expect(await row(claim)).toMatchObject({ ...again, open_shard: openShard(claim) });
    expect(await ledger.release(claim)).toBe(false);
    expect(await ledger.release(later)).toBe(true);
    expect(await row(claim)).toMatchObject({ ...again, state: "REOPENED" });
    expect(await ledger.step(claimKey(claim), "SENT", { sid: "SM1" }, AT)).toBe(true);
    expect(await ledger.claim(later)).toBe("taken");
  });

  test("writes an end only for a line that has none", async () => {
    const claim = newClaim();
    expect(await ledger.suppress(claim, "no_consent", AT)).toBe(true);
    expect(await ledger.suppress(claim, "no_phone", AT)).toBe(false);
    expect(await ledger.expire(claim, "budget", AT)).toBe(false);
    expect(await ledger.claim(claim)).toBe("taken");
    expect(await row(claim)).toMatchObject({ state: "SUPPRESSED", reason: "no_consent" });
  });

  test("tells the states of a hundred lines at once", async () => {
    const claims = Array.from({ length: 100 }, () => newClaim());
    await Promise.all(claims.slice(0, 40).map((claim) => ledger.expire(claim, "switch", AT)));
    const states = await ledger.states(claims.map(claimKey));
    expect(states.size).toBe(40);
    expect(new Set(states.values())).toEqual(new Set(["EXPIRED"]));
  });

  test("sums what a lease paid for, of the claims that are still there, refused ones for nothing", async () => {
    const [kept, refused, released, other, open] = [newClaim(), newClaim(), newClaim(), newClaim(), newClaim()];
    for (const claim of [kept, refused, released]) await ledger.claim({ ...claim, leaseId: "lease-b" });
    await ledger.claim(other);
    await ledger.step(claimKey(refused), "REJECTED", { code: 21211, price: 0 }, AT);
    await ledger.release(released);
    const claims = [kept, refused, released, other, open, kept].map(claimKey);
    expect(await ledger.paidFrom("lease-b", claims)).toBe(0.3);
  });

  test("reads switches as they are: a missing budget is none, a missing switch is off, a chain's pause is its own", async () => {
    const put = (item: Row) => db.send(new PutItemCommand({ TableName: "control", Item: typedRow(item) }));
    expect(await control.switches("rede-azul", "2026-12-01")).toMatchObject({ stopped: false, dailyBrl: 0 });
    await put({ id: "pause#rede-azul", on: true });
    await put({ id: "budget", daily_brl: 5 });
    await put({ id: "allow#rede-azul#p", note: "a tester" });
    await put({ id: "circuit", on: true, until: 123 });
    expect(await control.switches("rede-azul", DATE)).toMatchObject({
      stopped: true,
      dailyBrl: 5,
      circuitOpen: true,
      circuitUntil: 123,
    });
    expect((await control.switches("rede-verde", DATE)).stopped).toBe(false);
    expect(await control.isAllowed("rede-azul", "p")).toBe(true);
    expect(await control.isAllowed("rede-azul", "q")).toBe(false);
    await put({ id: "circuit", on: false, until: 123 });
    await put({ id: "kill_switch", on: true });
    expect(await control.switches("rede-verde", DATE)).toMatchObject({ stopped: true, circuitUntil: 0 });
  });
});
