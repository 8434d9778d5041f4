// The stops against DynamoDB's own protocol: their conditions are the promise.
import fc from "fast-check";
import { createTable, type Moto, startMoto } from "../moto-fixture";
import { dynamoDb } from "./aws-clients";
import { type Stops, vaultStops } from "./stops";

jest.setTimeout(120_000);

const CHAIN = "rede-azul";

describe("a phone's STOP", () => {
  let moto: Moto;
  let stops: Stops;
  let phones = 0;
  const newPhone = (): string => `phone-${++phones}`;
  const at = (second: number): string => new Date(Date.parse("2026-11-23T13:00:00Z") + 1_000 * second).toISOString();

  beforeAll(async () => {
    moto = await startMoto();
    const db = dynamoDb();
    await createTable(db, "vault", "person", "fact");
    stops = vaultStops(db, "vault");
  });
  afterAll(() => moto?.stop());

  test("is lifted by a later opt-in only, and comes back with a later STOP", async () => {
    const phone = newPhone();
    expect(await stops.isStopped(CHAIN, phone)).toBe(false);
    expect(await stops.stop(CHAIN, phone, "SAIR", at(1))).toBe(true);
    expect(await stops.isStopped(CHAIN, phone)).toBe(true);
    expect(await stops.lift(CHAIN, phone, "VOLTAR", at(0))).toBe(false);
    expect(await stops.isStopped(CHAIN, phone)).toBe(true);
    expect(await stops.lift(CHAIN, phone, "VOLTAR", at(2))).toBe(true);
    expect(await stops.isStopped(CHAIN, phone)).toBe(false);
    expect(await stops.stop(CHAIN, phone, "SAIR", at(1))).toBe(false);
    expect(await stops.isStopped(CHAIN, phone)).toBe(false);
    expect(await stops.stop(CHAIN, phone, "PARE", at(3))).toBe(true);
    expect(await stops.isStopped(CHAIN, phone)).toBe(true);
  });

  test("is one chain's, not another's", async () => {
    const phone = newPhone();
    await stops.stop(CHAIN, phone, "SAIR", at(1));
    expect(await stops.isStopped("rede-verde", phone)).toBe(false);
  });

  test("is what the newest word says, in any order and any repetition, and of two at one instant a STOP", async () => {
    const said = fc.record({ stops: fc.boolean(), second: fc.integer({ min: 0, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 6 }), async (words) => {
        const phone = newPhone();
        for (const { stops: isStop, second } of words) {
          if (isStop) await stops.stop(CHAIN, phone, "SAIR", at(second));
          else await stops.lift(CHAIN, phone, "VOLTAR", at(second));
        }
        const newest = Math.max(...words.map(({ second }) => second));
        const barred = words.some((word) => word.second === newest && word.stops);
        expect(await stops.isStopped(CHAIN, phone)).toBe(barred);
      }),
      { numRuns: 60 },
    );
  });
});
