// The command as it ships, over a ledger and a lake whose numbers are known.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { ENVIRONMENTS } from "../../environments/all";
import { createLedgerTable, type Moto, startMoto } from "../../lambdas/moto-fixture";
import { dynamoDb, s3 } from "../../lambdas/shared/aws-clients";
import { dynamoLedger } from "../../lambdas/shared/ledger";
import { manifestText, outFileOf, shopperOf } from "../../lambdas/shared/out-file-fixture";
import type { GlueField } from "../../local/firehose/glue-type";
import { parquetFile } from "../../local/firehose/parquet-file";
import { repositoryRoot } from "../../local/lambda/repository-root";
import { readLiftOptions } from "./lift-options";

jest.setTimeout(120_000);

const AZUL = "rede-azul";
const MONDAY = "2026-11-23";
const AT = `${MONDAY}T15:00:00.000Z`;
const IN = "mercafacil-local-in";
const OUT = "mercafacil-local-out";
const MESSAGED = 80;
const HELD_OUT = 70;

const text = { kind: "string" } as const;
const columns = (names: readonly string[]): GlueField[] => names.map((name) => ({ name, type: text }));
const SALE: GlueField[] = [
  ...columns(["tenant_id", "cpf", "loyalty_id"]),
  { name: "occurred_at", type: { kind: "timestamp" } },
];

let moto: Moto;
let objects: ReturnType<typeof s3>;

async function put(bucket: string, key: string, body: string | Uint8Array): Promise<void> {
  await objects.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(body) }));
}

/** One object of sales of a day, as [CPF token, loyalty token] at an instant. */
async function sales(
  folder: string,
  tokens: readonly (readonly [string | null, string | null])[],
  at: string,
): Promise<void> {
  const rows = tokens.map(([cpf, loyalty]) => [AZUL, cpf, loyalty, BigInt(Date.parse(at))]);
  await put(IN, `data/purchase/${folder}/part.parquet`, await parquetFile(SALE, rows, "SNAPPY"));
}

beforeAll(async () => {
  moto = await startMoto();
  objects = s3();
  const db = dynamoDb();
  await createLedgerTable(db, "mercafacil-local-ledger");
  const CreateBucketConfiguration = { LocationConstraint: "sa-east-1" as const };
  for (const Bucket of [IN, OUT]) await objects.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  const file = outFileOf(AZUL, MONDAY, 0, "");
  await put(OUT, `data_output/${MONDAY}/_manifest.json`, manifestText(MONDAY, [file]));

  const ledger = dynamoLedger(db, "mercafacil-local-ledger", async () => {});
  const keyOf = (index: number) => ({ tenantId: AZUL, offerDate: MONDAY, shopperId: shopperOf(index) });
  for (let index = 0; index < MESSAGED; index += 1) {
    const paid = { price: 0.3, claimedAt: AT, leaseId: "l" };
    const claim = { ...keyOf(index), ...paid, channel: "sms" as const, phoneToken: `phone ${index}` };
    expect(await ledger.claim(claim)).toBe("claimed");
  }
  for (let index = 0; index < HELD_OUT; index += 1) await ledger.suppress(keyOf(100 + index), "hold_out", AT);

  // Of those messaged 48 buy: by CPF, one by a card that a snapshot knows, one known by the card alone. Of the rest 7.
  const cards = columns(["tenant_id", "kind", "token", "cpf"]);
  const snapshot = await parquetFile(cards, [[AZUL, "loyalty", "card", shopperOf(46)]], "SNAPPY");
  await put(IN, `snapshots/shopper/${MONDAY}/part.parquet`, snapshot);
  await put(IN, `snapshots/shopper/${MONDAY}/_SUCCESS`, "");
  await put(IN, "snapshots/shopper/2026-12-24/_SUCCESS", "");
  const byCpf = (from: number, until: number) =>
    Array.from({ length: until - from }, (_, index) => [shopperOf(from + index), null] as const);
  const cheap = [...byCpf(0, 46), [null, "card"] as const, [null, shopperOf(47)] as const];
  await sales(`event_date=${MONDAY}/event_hour=13/event_type=sale/region=se`, cheap, `${MONDAY}T16:00:00Z`);
  await sales("event_date=2026-11-30/event_hour=11/event_type=sale", byCpf(100, 107), "2026-11-30T14:00:00Z");
  // What does not count: too late, too early, a return, nobody.
  await sales("event_date=2026-11-30/event_hour=13/event_type=sale", byCpf(60, 80), "2026-11-30T16:00:00Z");
  await sales(`event_date=${MONDAY}/event_hour=10/event_type=sale`, byCpf(110, 120), `${MONDAY}T13:00:00Z`);
  await sales(`event_date=${MONDAY}/event_hour=14/event_type=return`, byCpf(120, 130), `${MONDAY}T17:00:00Z`);
  await sales(`event_date=${MONDAY}/event_hour=15/event_type=sale`, [[null, null]], `${MONDAY}T18:00:00Z`);
});
afterAll(() => moto.stop());

async function run(...more: readonly string[]) {
  const program = join(repositoryRoot(), "dist/commands/lift/lift.js");
  const child = spawn(
    process.execPath,
    [program, "--env", "local", "--endpoint", process.env.AWS_ENDPOINT_URL!, ...more],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (said) => {
      output[name] += said;
    });
  const [code] = await once(child, "close");
  return { code, ...output };
}

test("who bought of both groups, the difference and its interval are a table, the same every time", async () => {
  const [one, other] = [await run("--from", MONDAY, "--to", MONDAY), await run("--from", "2026-11-22", "--to", MONDAY)];
  const table = [
    "chain      messaged  bought     rate  held out  bought     rate  difference     95 % interval",
    "rede-azul        80      48  60.00 %        70       7  10.00 %      +50.00  +35.67 to +61.25",
    "",
    "Differences in percentage points; intervals by Newcombe's hybrid score method. One that holds 0 shows no difference.",
    "",
  ].join("\n");
  const head =
    "Shoppers with an offer from 2026-11-23 to 2026-11-23, and who of them bought within 7 days after one\n\n";
  expect(one).toEqual({ code: 0, stderr: "", stdout: head + table });
  expect(other.stdout.endsWith(table)).toBe(true);
});

test("fewer days count fewer purchases, and days without offers are told", async () => {
  expect((await run("--from", MONDAY, "--to", MONDAY, "--days", "1")).stdout).toMatch(/rede-azul +80 +48 .* 70 +0 /);
  expect(await run("--from", "2026-11-02", "--to", "2026-11-03")).toEqual({
    code: 0,
    stderr: "",
    stdout: "Nobody was messaged or held out from 2026-11-02 to 2026-11-03.\n",
  });
});

test.each([
  ["--env mars --from 2026-11-23 --to 2026-11-23", "known are"],
  ["--env prod --to 2026-11-23", "--from: received none"],
  ["--env prod --from 2026-11-24 --to 2026-11-23", "--to: received 2026-11-23"],
  ["--env prod --from 2024-11-24 --to 2026-11-23", "up to 366 dates"],
  ["--env prod --from 2026-11-23 --to 2026-11-23 --days 0", "--days: received 0"],
  ["--env prod --from 2026-11-23 --to 2026-11-23 --days 1.5", "--days: received 1.5"],
  ["--env local --from 2026-11-23 --to 2026-11-23", "--endpoint is"],
])("%j is refused with one sentence", (line, sentence) => {
  expect(() => readLiftOptions(line.split(" "), ENVIRONMENTS)).toThrow(sentence);
});
