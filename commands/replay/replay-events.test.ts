// The kept events are the collector's own; what replaying stores is read as Firehose gets it.
import { contracts } from "../../generated/contracts";
import { validators } from "../../generated/validators";
import {
  createCollector,
  MASTER_KEY,
  open,
  purchase,
  uuid,
  virtualPacing,
} from "../../lambdas/collector/collector-fixture";
import { timeStamper } from "../../lambdas/collector/local-time";
import type { VaultFact } from "../../lambdas/shared/vault-facts";
import { MayNotOpen, opener, readKeptEvent, scopeOf } from "./quarantine-record";
import { type ReplayChoice, type ReplayPorts, replayEvents } from "./replay-events";

const NEXT_DAY = Date.parse("2026-11-23T12:00:00Z");

/** Events as clients sent them wrong, and what quarantine keeps of them. */
async function keptLines(): Promise<string[]> {
  const collector = createCollector();
  await collector.post([
    purchase(1, { new_field: 1 }),
    purchase(2, { cpf: "529.982.247-26" }),
    purchase(3, { note: "x".repeat(300_000) }),
  ]);
  await collector.post([purchase(4, { new_field: 2 })], { tenantId: "rede-verde" });
  await collector.post([purchase(5)], { contract: "sales" });
  return collector.quarantined.flatMap((record) => record.split("\n")).filter((line) => line !== "");
}

const validate = validators.get("v1/purchase")!;
/** The contract of purchases as it is once it allows a new field. */
const widened: typeof validate = Object.assign(
  (event: unknown) => {
    const { new_field: _, ...rest } = event as Record<string, unknown>;
    const valid = validate(rest);
    widened.errors = validate.errors;
    return valid;
  },
  { errors: validate.errors },
) as typeof validate;

function world(more: Partial<ReplayPorts> = {}, taken = true) {
  const stored: Record<string, unknown>[] = [];
  const facts: VaultFact[] = [];
  const contract = contracts.find(({ scope }) => scope === "v1/purchase")!;
  const ports: ReplayPorts = {
    routes: new Map([
      [
        "v1/purchase",
        {
          contract,
          validate: widened,
          put: async (records) => {
            if (taken) stored.push(...records.map((record) => JSON.parse(record)));
            return records.map(() => taken);
          },
        },
      ],
    ]),
    open: (sealed, tenantId) => open(JSON.stringify({ sealed }), tenantId),
    masterKey: MASTER_KEY,
    writeFact: async (fact) => void facts.push(fact),
    onFailure: () => undefined,
    timeStamps: timeStamper("America/Sao_Paulo", "hour"),
    now: () => NEXT_DAY,
    pacing: virtualPacing,
    dryRun: false,
    ...more,
  };
  const replay = async (lines: readonly string[], choice: ReplayChoice = {}) => {
    const tally = await replayEvents(
      (async function* () {
        yield* lines;
      })(),
      choice,
      ports,
    );
    return tally.rows().map((row) => row.join(" "));
  };
  return { stored, facts, replay };
}

test("what the contract allows now is stored as received now, and all else stays where it is, each counted once", async () => {
  const { stored, replay } = world();
  expect(await replay([...(await keptLines()), "no record", '{"reason":"SCHEMA"}'])).toEqual([
    "? ? ? UNREADABLE 2",
    "mercado-azul v1/purchase CPF_DIGITS CPF_DIGITS 1",
    "mercado-azul v1/purchase EVENT_TOO_LARGE NOT_KEPT 1",
    "mercado-azul v1/purchase SCHEMA STORED 1",
    "mercado-azul v1/sales UNKNOWN_CONTRACT UNKNOWN_CONTRACT 1",
    "rede-verde v1/purchase SCHEMA STORED 1",
  ]);
  expect(stored.map(({ tenant_id, event_id, received_at }) => [tenant_id, event_id, received_at])).toEqual([
    ["mercado-azul", uuid(1), "2026-11-23T12:00:00.000Z"],
    ["rede-verde", uuid(4), "2026-11-23T12:00:00.000Z"],
  ]);
  expect(JSON.stringify(stored)).not.toContain("529");
});

test("a chain and a code may be chosen", async () => {
  const { stored, replay } = world();
  const rows = await replay(await keptLines(), { chain: "mercado-azul", reason: "SCHEMA" });
  expect(rows).toContain("rede-verde v1/purchase SCHEMA NOT_CHOSEN 1");
  expect(rows).toContain("mercado-azul v1/purchase CPF_DIGITS NOT_CHOSEN 1");
  expect(stored.map(({ event_id }) => event_id)).toEqual([uuid(1)]);
});

test("a dry run stores nothing", async () => {
  const { stored, facts, replay } = world({ dryRun: true });
  expect(await replay(await keptLines())).toContain("mercado-azul v1/purchase SCHEMA STORED 1");
  expect([stored, facts]).toEqual([[], []]);
});

test("what Firehose does not take is named, and is stored when replayed again", async () => {
  const lines = await keptLines();
  expect(await world({}, false).replay(lines)).toContain("mercado-azul v1/purchase SCHEMA NOT_STORED 1");
  expect(await world().replay(lines)).toContain("mercado-azul v1/purchase SCHEMA STORED 1");
});

test("a sealed event of another chain, or a changed one, is not opened", async () => {
  const [line = ""] = await keptLines();
  const foreign = line.replace("mercado-azul", "rede-verde");
  const changed = line.replace(
    /"sealed":"(.{380})(.)/,
    (_, before, byte) => `"sealed":"${before}${byte === "A" ? "B" : "A"}`,
  );
  const openAny = opener(async () => {
    throw Object.assign(new Error("bad"), { name: "InvalidCiphertextException" });
  });
  expect(await openAny((JSON.parse(line) as { sealed: string }).sealed, "mercado-azul")).toBeUndefined();
  const opens = (sealed: string, tenantId: string) => open(JSON.stringify({ sealed }), tenantId).catch(() => undefined);
  expect(await world({ open: opens }).replay([foreign, changed])).toEqual([
    "mercado-azul v1/purchase SCHEMA UNREADABLE 1",
    "rede-verde v1/purchase SCHEMA UNREADABLE 1",
  ]);
});

test("who may not open anything is told so, and nothing is counted as unreadable", async () => {
  const [line = ""] = await keptLines();
  const openNone = opener(async () => {
    throw Object.assign(new Error("not authorized to perform kms:Decrypt"), { name: "AccessDeniedException" });
  });
  await expect(world({ open: openNone }).replay([line])).rejects.toThrow(MayNotOpen);
});

test("names of contracts in quarantine", () => {
  expect(["purchase", "purchase_v2", "?", "?_v2"].map(scopeOf)).toEqual([
    "v1/purchase",
    "v2/purchase",
    undefined,
    undefined,
  ]);
  expect(readKeptEvent("[]")).toBeUndefined();
  expect(readKeptEvent("null")).toBeUndefined();
});
