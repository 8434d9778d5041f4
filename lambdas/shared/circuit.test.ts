// The circuit against DynamoDB's own protocol: who counts, who opens and who probes is decided by its conditions.
import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { createTable, type Moto, startMoto } from "../moto-fixture";
import { dynamoDb } from "./aws-clients";
import { type Circuit, type CircuitSeen, COOLING_MS, circuitOf, dynamoCircuit, REFUSALS_THAT_OPEN } from "./circuit";
import { plainRow, typed } from "./dynamo-items";

jest.setTimeout(120_000);

const NOW = Date.parse("2026-11-23T13:00:00Z");
const COOL = NOW + COOLING_MS;

describe("the circuit", () => {
  let moto: Moto;
  let db: DynamoDBClient;
  let tables = 0;
  let table: string;
  let circuit: Circuit;

  beforeAll(async () => {
    moto = await startMoto();
    db = dynamoDb();
  });
  afterAll(() => moto?.stop());
  beforeEach(async () => {
    tables += 1;
    table = `control-${tables}`;
    await createTable(db, table, "id");
    circuit = dynamoCircuit(db, table);
  });

  const seen = async (): Promise<CircuitSeen> => {
    const { Item } = await db.send(new GetItemCommand({ TableName: table, Key: { id: typed("circuit") } }));
    return circuitOf(Item && plainRow(Item));
  };
  const refuse = (times: number, source: "answer" | "receipt" = "answer") =>
    Promise.all(Array.from({ length: times }, () => circuit.refuse(source, "20003", NOW)));

  test("stays closed below a few refusals, and opens at them whoever counts them and however much at once", async () => {
    expect(await refuse(REFUSALS_THAT_OPEN - 1)).not.toContain(true);
    expect(await seen()).toMatchObject({
      circuitOpen: false,
      circuitUntil: 0,
      circuitRefusals: REFUSALS_THAT_OPEN - 1,
    });
    expect(await circuit.refuse("answer", "20003", NOW)).toBe(true);
    expect(await seen()).toMatchObject({ circuitOpen: true, circuitUntil: COOL, circuitProbing: false });
    expect(await circuit.refuse("answer", "20003", NOW + 60_000)).toBe(true);
    expect((await seen()).circuitUntil).toBe(COOL);
  });

  test("counts many refusals at once, each", async () => {
    const opened = await refuse(REFUSALS_THAT_OPEN + 2);
    expect(opened.filter((open) => !open)).toHaveLength(REFUSALS_THAT_OPEN - 1);
    expect((await seen()).circuitRefusals).toBe(REFUSALS_THAT_OPEN + 2);
  });

  test("forgets what answers refused once a message is accepted, but not what receipts tell of accepted ones", async () => {
    await refuse(REFUSALS_THAT_OPEN - 1);
    await refuse(REFUSALS_THAT_OPEN - 1, "receipt");
    await circuit.forgetRefusals();
    expect(await circuit.refuse("answer", "20003", NOW)).toBe(false);
    expect(await circuit.refuse("receipt", "30002", NOW)).toBe(true);
    await circuit.forgetRefusals();
    expect((await seen()).circuitOpen).toBe(true);
  });

  test("gives its one probe to one worker of many, and the next only after the cooling", async () => {
    expect(await circuit.takeProbe(0, NOW)).toBeUndefined();
    await refuse(REFUSALS_THAT_OPEN);
    const probes = await Promise.all(Array.from({ length: 6 }, () => circuit.takeProbe(COOL, COOL)));
    expect(probes.filter((probe) => probe !== undefined)).toEqual([COOL + COOLING_MS]);
    expect(await seen()).toMatchObject({ circuitUntil: COOL + COOLING_MS, circuitProbing: true });
  });

  test("is closed by its probe, then counts anew", async () => {
    await refuse(REFUSALS_THAT_OPEN);
    const probe = (await circuit.takeProbe(COOL, COOL)) ?? 0;
    await circuit.close(probe, COOL);
    expect(await seen()).toEqual({ circuitOpen: false, circuitUntil: 0, circuitProbing: false, circuitRefusals: 0 });
    expect(await circuit.takeProbe(probe, COOL)).toBeUndefined();
    expect(await circuit.refuse("answer", "20003", COOL)).toBe(false);
  });

  test("believes no probe but the one on its way", async () => {
    await refuse(REFUSALS_THAT_OPEN);
    const late = (await circuit.takeProbe(COOL, COOL)) ?? 0;
    const next = (await circuit.takeProbe(late, late)) ?? 0;
    await circuit.close(late, late);
    await circuit.endProbe(late, late);
    expect(await seen()).toMatchObject({ circuitOpen: true, circuitUntil: next, circuitProbing: true });
    await circuit.endProbe(next, next);
    expect(await seen()).toMatchObject({ circuitOpen: true, circuitUntil: next, circuitProbing: false });
    await circuit.close(next, next);
    expect((await seen()).circuitOpen).toBe(true);
  });
});
