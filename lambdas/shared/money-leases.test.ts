import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { createTable, type Moto, startMoto } from "../moto-fixture";
import { dynamoDb } from "./aws-clients";
import { plainRow, typed } from "./dynamo-items";
import { dynamoMoneyLeases, leasesOf, type MoneyLease, type MoneyLeases, spentKey } from "./money-leases";

jest.setTimeout(60_000);

describe("the day's money in the control table", () => {
  let moto: Moto;
  let db: ReturnType<typeof dynamoDb>;
  let leases: MoneyLeases;
  let days = 0;
  let date: string;

  beforeAll(async () => {
    moto = await startMoto();
    db = dynamoDb();
    await createTable(db, "control", "id");
    leases = dynamoMoneyLeases(db, "control");
  });
  afterAll(() => moto?.stop());
  beforeEach(() => {
    date = `2026-11-${String(++days).padStart(2, "0")}`;
  });

  const lease = (id: string, brl: number, raises = 1): MoneyLease => ({
    id,
    raises,
    brl,
    until: 1_000,
    place: { tenantId: "rede-azul", offerDate: date, key: `data_output/${date}/a.txt`, etag: '"e"', start: 0, end: 9 },
  });
  const day = async () => {
    const Key = { id: typed(spentKey(date)) };
    const { Item } = await db.send(new GetItemCommand({ TableName: "control", Key, ConsistentRead: true }));
    return plainRow(Item ?? {});
  };

  test("is never leased beyond the budget, whoever asks at once, to the hundredth of a cent", async () => {
    const asked = Array.from({ length: 12 }, (_, index) => leases.raise(lease(`l${index}`, 0.1), undefined, 0.7));
    const results = await Promise.all(asked);
    expect(results.filter((result) => result === "raised")).toHaveLength(7);
    expect(results.filter((result) => result !== "raised")).toEqual(Array(5).fill({ leftBrl: 0 }));
    expect(await day()).toMatchObject({ brl: 0.7 });
    expect(await leases.open(date)).toHaveLength(7);
  });

  test("is leased once by a raise that is repeated, and a lease is raised only from what it was", async () => {
    const [first, second] = [lease("a", 1), lease("a", 3, 2)];
    expect(await leases.raise(first, undefined, 10)).toBe("raised");
    expect(await leases.raise(first, undefined, 10)).toBe("raised");
    expect(await leases.raise(second, first, 10)).toBe("raised");
    expect(await leases.raise(second, first, 10)).toBe("raised");
    expect(await leases.raise(lease("a", 4, 2), first, 10)).toBe("ended");
    expect(await day()).toMatchObject({ brl: 3 });
    expect(await leases.open(date)).toEqual([second]);
    expect(leasesOf(date, await day())).toEqual([second]);
  });

  test("says how much is left when it does not suffice, also before anything was spent", async () => {
    expect(await leases.raise(lease("a", 5), undefined, 4)).toEqual({ leftBrl: 4 });
    expect(await day()).toEqual({});
    await leases.raise(lease("a", 4), undefined, 4);
    expect(await leases.raise(lease("b", 1), undefined, 4.5)).toEqual({ leftBrl: 0.5 });
  });

  test("gets back what a lease did not pay, once, and nothing from a lease that was raised meanwhile", async () => {
    const [first, second] = [lease("a", 2), lease("a", 4, 2)];
    await leases.raise(first, undefined, 10);
    await leases.raise(second, first, 10);
    expect(await leases.end(first, 0)).toBe(false);
    expect(await leases.end(second, 1.2)).toBe(true);
    expect(await leases.end(second, 0)).toBe(false);
    expect(await leases.raise(lease("a", 5, 3), second, 10)).toBe("ended");
    expect(await day()).toEqual({ id: spentKey(date), brl: 1.2 });
  });

  test("remembers that some line could not be paid for", async () => {
    await leases.noteRefusal(date);
    await leases.raise(lease("a", 2), undefined, 10);
    expect(await day()).toMatchObject({ refused: true, brl: 2 });
  });
});
