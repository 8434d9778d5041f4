import { parquetReadObjects } from "hyparquet";
import { prefix, readContracts, scopeName } from "../../contracts/contract";
import { summaryOf } from "../../contracts/contract-summary";
import { validators } from "../../generated/validators";
import { timeStamper } from "../../lambdas/collector/local-time";
import { createTokenizer, tenantKey } from "../../lambdas/shared/tokens";
import type { VaultFact } from "../../lambdas/shared/vault-facts";
import { partitionKeys } from "../../modules/shared/partition-keys";
import { HISTORY_CONTRACTS, type HistoryContext } from "./history-event";
import { columnsByScope, type HistoryObject } from "./history-objects";
import { type ImportPorts, importHistory, nothingOf } from "./import-history";

const contracts = readContracts("contracts").filter((contract) => HISTORY_CONTRACTS.includes(scopeName(contract)));
const context: HistoryContext = {
  contracts: new Map(
    contracts.map((contract) => [
      contract.name,
      {
        contract: summaryOf(contract),
        validate: validators.get(scopeName(contract))!,
        prefix: prefix(contract),
        keys: partitionKeys(contract, "hour").map(({ name }) => name),
      },
    ]),
  ),
  tokenizerOf: (tenantId) =>
    tenantId === "rede-azul" ? createTokenizer(tenantKey(Buffer.alloc(32, 7), tenantId)) : undefined,
  timeStamps: timeStamper("America/Sao_Paulo", "hour"),
  now: Date.parse("2026-11-25T12:00:00Z"),
};

const CPF = "529.982.247-25";
const id = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
const sale = (index: number, occurredAt: string, more: object = {}) => ({
  event_id: id(index),
  event_type: "sale",
  occurred_at: occurredAt,
  store_id: "1",
  items: [{ sku: "a", quantity: 2, unit_price: 8 }],
  ...more,
});
const line = (event: unknown, chain = "rede-azul", contract = "purchase") => JSON.stringify({ chain, contract, event });

/** A lake that keeps what is put, and fails after so many objects. */
function lake(failAfter = Number.POSITIVE_INFINITY) {
  const objects = new Map<string, HistoryObject>();
  const facts: VaultFact[] = [];
  const rejects: string[] = [];
  let left = failAfter;
  const ports: ImportPorts = {
    context,
    columns: columnsByScope(contracts),
    writeFact: async (fact) => void facts.push(fact),
    async putObject(object) {
      if (objects.has(object.key)) return false;
      left -= 1;
      if (left < 0) throw new Error("killed");
      objects.set(object.key, object);
      return true;
    },
    reject: (number, code, path) => void rejects.push(`${number} ${code} ${path}`),
    progress: () => undefined,
  };
  return {
    ports,
    objects,
    facts,
    rejects,
    reset: () => {
      left = Number.POSITIVE_INFINITY;
    },
  };
}

async function* linesOf(lines: readonly string[]) {
  for (const text of lines) yield { bytes: Buffer.from(text) };
}

async function rowsOf(objects: Iterable<HistoryObject>) {
  const rows: Record<string, unknown>[] = [];
  for (const { body } of objects) rows.push(...(await parquetReadObjects({ file: body.slice().buffer })));
  return rows;
}

const HISTORY = [
  line(sale(1, "2024-12-31T23:30:00-03:00", { cpf: CPF, loyalty_id: "77" })),
  line(sale(2, "2025-01-01T02:30:00Z", { loyalty_id: "77" })),
  line(sale(3, "2025-06-01T10:00:00-03:00", { event_type: "return", region: "se" })),
  line(
    { event_id: id(4), event_type: "redeemed", occurred_at: "2025-06-01T10:00:00Z", store_id: "1", coupon: "C1" },
    "rede-azul",
    "coupon",
  ),
];

test("old events lie where Firehose would have put them, as received when they happened and with tokens", async () => {
  const { ports, objects, facts } = lake();
  expect(await importHistory(linesOf(HISTORY), ports)).toEqual({
    lines: 4,
    accepted: 4,
    rejected: {},
    written: 4,
    alreadyThere: 0,
    objects: 3,
  });
  expect([...objects.keys()].map((key) => key.replace(/import-[0-9a-f]{32}/, "import-*"))).toEqual([
    "data/purchase/event_date=2024-12-31/event_hour=23/event_type=sale/region=none/import-*.parquet",
    "data/coupon/event_date=2025-06-01/event_hour=07/event_type=redeemed/import-*.parquet",
    "data/purchase/event_date=2025-06-01/event_hour=10/event_type=return/region=se/import-*.parquet",
  ]);
  const rows = await rowsOf(objects.values());
  expect(rows).toHaveLength(4);
  expect(rows[0]).toMatchObject({
    event_id: id(1),
    tenant_id: "rede-azul",
    schema_version: 1n,
    occurred_at: new Date("2025-01-01T02:30:00Z"),
    received_at: new Date("2025-01-01T02:30:01Z"),
    // The reader makes floats of decimals.
    items: [{ sku: "a", quantity: expect.closeTo(2), unit_price: expect.closeTo(8) }],
  });
  const tokenOf = createTokenizer(tenantKey(Buffer.alloc(32, 7), "rede-azul"));
  expect(rows[0]).toMatchObject({ cpf: tokenOf("cpf", "52998224725"), loyalty_id: tokenOf("loyalty", "77") });
  // An event with both numbers tells the vault that they are one person's.
  expect(facts.map(({ content }) => content.kind)).toEqual(["alias", "alias"]);
});

test("an import that was killed is run again, and one that is run twice changes nothing", async () => {
  const world = lake(2);
  await expect(importHistory(linesOf(HISTORY), world.ports)).rejects.toThrow("killed");
  world.reset();
  expect(await importHistory(linesOf(HISTORY), world.ports)).toMatchObject({ written: 1, alreadyThere: 3 });
  const before = [...world.objects];
  expect(await importHistory(linesOf(HISTORY), world.ports)).toMatchObject({ written: 0, alreadyThere: 4 });
  expect([...world.objects]).toEqual(before);
});

test("a wrong file is no import that went well, and one with rejected lines among others is", async () => {
  const { ports } = lake();
  const nothing = async (lines: readonly string[]) => nothingOf(await importHistory(linesOf(lines), ports));
  expect(await nothing([])).toBe("it holds no line");
  expect(await nothing(["", "\u001f\u008b\u0008", "{"])).toBe("each of its lines was rejected");
  expect(await nothing(["{", ...HISTORY])).toBeUndefined();
  expect(await nothing(HISTORY)).toBeUndefined();
});

test("what cannot be imported is counted and named by its line, its code and its place, never by its words", async () => {
  const { ports, rejects, objects } = lake();
  const imported = await importHistory(
    linesOf([
      "",
      "not json",
      line({}, "rede-verde"),
      line({ phone: "+5511987654321" }, "rede-azul", "shopper"),
      line(sale(5, "2023-12-31T23:59:59-03:00")),
      line(sale(6, "2026-11-25T12:00:01Z")),
      line(sale(7, "yesterday")),
      line(sale(8, "2025-01-01T00:00:00Z", { cpf: "111.111.111-11" })),
      line(sale(9, "2025-01-01T00:00:00Z", { tenant_id: "rede-verde" })),
      line(sale(10, "2025-01-01T00:00:00Z")),
    ]),
    ports,
  );
  expect(imported).toMatchObject({ lines: 9, accepted: 1, written: 1 });
  expect(rejects).toEqual([
    "2 LINE ",
    "3 CHAIN ",
    "4 CONTRACT ",
    "5 EVENT_TIME_RANGE /occurred_at",
    "6 EVENT_TIME_RANGE /occurred_at",
    "7 SCHEMA /occurred_at",
    "8 CPF_DIGITS /cpf",
    "9 TENANT_IN_BODY /tenant_id",
  ]);
  expect(objects.size).toBe(1);
});
