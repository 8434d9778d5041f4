// The open claims against DynamoDB's own protocol: what the index finds, and that only the claim that was read is changed.
import { CreateTableCommand, type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { type Moto, startMoto } from "../moto-fixture";
import { dynamoDb } from "../shared/aws-clients";
import { claimKey } from "../shared/claim-keys";
import { plainRow, typed } from "../shared/dynamo-items";
import { type Claim, dynamoLedger, type Ledger } from "../shared/ledger";
import { shopperOf } from "../shared/out-file-fixture";
import type { OpenClaim } from "./judge-claim";
import { dynamoOpenClaims, type OpenClaims } from "./open-claims";

jest.setTimeout(120_000);

const DATE = "2026-11-23";
const NOW = Date.parse("2026-11-23T13:00:00.000Z");
const instant = (ms: number): string => new Date(ms).toISOString();

describe("open claims", () => {
  let moto: Moto;
  let db: DynamoDBClient;
  let ledger: Ledger;
  let claims: OpenClaims;
  let tables = 0;

  beforeAll(async () => {
    moto = await startMoto();
    db = dynamoDb();
  });
  afterAll(() => moto?.stop());
  beforeEach(async () => {
    tables += 1;
    const TableName = `ledger-${tables}`;
    const names = ["claim", "open_shard", "claimed_at"];
    await db.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: "S" as const })),
        KeySchema: [{ AttributeName: "claim", KeyType: "HASH" }],
        GlobalSecondaryIndexes: [
          {
            IndexName: "by_open",
            KeySchema: [
              { AttributeName: "open_shard", KeyType: "HASH" },
              { AttributeName: "claimed_at", KeyType: "RANGE" },
            ],
            Projection: { ProjectionType: "ALL" },
          },
        ],
      }),
    );
    ledger = dynamoLedger(db, TableName, async () => {});
    claims = dynamoOpenClaims(db, TableName, "by_open");
  });

  const claimed = async (index: number, atMs = NOW, offerDate = DATE): Promise<Claim> => {
    const tenantId = index % 2 === 0 ? "rede-azul" : "rede-verde";
    const shopper = { channel: "sms" as const, tenantId, offerDate, shopperId: shopperOf(index) };
    const claim = {
      ...shopper,
      phoneToken: `p${index}`,
      price: 0.3,
      claimedAt: instant(atMs),
      leaseId: "l",
      textDigest: "d",
    };
    expect(await ledger.claim(claim)).toBe("claimed");
    return claim;
  };
  const found = async (beforeMs = NOW + 1): Promise<OpenClaim[]> => {
    const all: OpenClaim[] = [];
    for await (const claim of claims.before(DATE, beforeMs)) all.push(claim);
    return all;
  };
  const row = async (claim: Claim) => {
    const Key = { claim: typed(claimKey(claim)) };
    return plainRow((await db.send(new GetItemCommand({ TableName: `ledger-${tables}`, Key }))).Item ?? {});
  };

  test("are those of the day that are claimed or in doubt, of every chain, and old enough", async () => {
    const all = await Promise.all(Array.from({ length: 24 }, (_, index) => claimed(index)));
    const doubtful = all[0]!;
    await ledger.step(claimKey(doubtful), "IN_DOUBT", { code: "TIMEOUT" }, instant(NOW + 10));
    await ledger.step(claimKey(all[1]!), "SENT", { sid: "SM1" }, instant(NOW));
    await ledger.step(claimKey(all[2]!), "HELD", {}, instant(NOW));
    await ledger.release(all[3]!);
    await claimed(30, NOW + 5);
    await claimed(31, NOW, "2026-11-22");
    const open = await found();
    expect(open).toHaveLength(21);
    expect(open.find(({ shopperId }) => shopperId === doubtful.shopperId)).toEqual({
      tenantId: "rede-azul",
      offerDate: DATE,
      shopperId: doubtful.shopperId,
      state: "IN_DOUBT",
      attempt: 1,
      channel: "sms",
      phoneToken: "p0",
      claimedAt: instant(NOW),
      firstClaimedMs: NOW,
      updatedMs: NOW + 10,
      textDigest: "d",
    });
  });

  test("are ended only after a look that found nothing, and then are no longer open", async () => {
    const claim = await claimed(0);
    const [open] = await found();
    expect(await claims.end(open!, "HELD", NOW)).toBe(false);
    expect(await claims.noteLook(open!, NOW + 60_000)).toBe(true);
    expect(await claims.noteLook(open!, NOW + 70_000)).toBe(false);
    expect((await found())[0]).toMatchObject({ lookedMs: NOW + 60_000 });
    expect(await claims.end(open!, "HELD", NOW + 80_000)).toBe(true);
    expect(await row(claim)).toMatchObject({ state: "HELD", updated_at: instant(NOW + 80_000) });
    expect(await found()).toEqual([]);
  });

  test("are changed by nobody who read them before a callback, a sender or another sweep changed them", async () => {
    const claim = await claimed(0);
    const [read] = await found();
    await claims.noteLook(read!, NOW);
    await ledger.step(claimKey(claim), "IN_DOUBT", {}, instant(NOW));
    expect(await claims.end(read!, "HELD", NOW)).toBe(false);
    const [doubtful] = await found();
    await ledger.step(claimKey(claim), "SENT", { sid: "SM1" }, instant(NOW));
    expect(await claims.end(doubtful!, "REOPENED", NOW)).toBe(false);
    expect(await row(claim)).toMatchObject({ state: "SENT", sid: "SM1" });
  });

  test("that are given back are claimed once more, as another claim, which begins unlooked", async () => {
    const claim = await claimed(0);
    const [first] = await found();
    await claims.noteLook(first!, NOW);
    expect(await claims.end(first!, "REOPENED", NOW)).toBe(true);
    expect(await found()).toEqual([]);
    const later = NOW + 3_600_000;
    expect(await ledger.claim({ ...claim, claimedAt: instant(later) })).toBe("claimed");
    const [second] = await found(later + 1);
    expect(second).toMatchObject({ attempt: 2, claimedAt: instant(later), firstClaimedMs: NOW });
    expect(second).not.toHaveProperty("lookedMs");
    expect(await claims.end(first!, "HELD", later)).toBe(false);
  });
});
