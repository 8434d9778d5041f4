// The command as it ships, over the AWS protocols and HTTP.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { ENVIRONMENTS } from "../../environments/all";
import { createLedgerTable, type Moto, startMoto } from "../../lambdas/moto-fixture";
import { dynamoDb, s3, secretsManager } from "../../lambdas/shared/aws-clients";
import { claimKey, dayShard } from "../../lambdas/shared/claim-keys";
import { typedRow } from "../../lambdas/shared/dynamo-items";
import { manifestText, outFileOf, outLineText, shopperOf } from "../../lambdas/shared/out-file-fixture";
import { tenantKey, token } from "../../lambdas/shared/tokens";
import { repositoryRoot } from "../../local/lambda/repository-root";
import { LOCAL_TOKEN_KEY, LOCAL_TWILIO, publishedSecrets } from "../../local/published-secrets";
import { startTwilio, type TwilioStandIn } from "../../local/twilio/twilio";
import { readReconcileOptions } from "./reconcile-options";

jest.setTimeout(120_000);

const AZUL = "rede-azul";
const MONDAY = "2026-11-23";
const AT = Date.parse(`${MONDAY}T15:00:00Z`);
const SENDER = "+5511900000000";
const phoneOf = (index: number): string => `+5511987650${String(index).padStart(3, "0")}`;
const phoneToken = (index: number): string =>
  token(tenantKey(Buffer.from(LOCAL_TOKEN_KEY, "base64"), AZUL), "phone", phoneOf(index));
const keyOf = (index: number) => ({ tenantId: AZUL, offerDate: MONDAY, shopperId: shopperOf(index) });

let moto: Moto;
let twilio: TwilioStandIn;
let db: ReturnType<typeof dynamoDb>;

beforeAll(async () => {
  moto = await startMoto();
  db = dynamoDb();
  const [account, auth] = [LOCAL_TWILIO.account_sid, LOCAL_TWILIO.auth_token];
  twilio = await startTwilio({ port: 0, accountSid: account, authToken: auth, now: () => AT });
  await createLedgerTable(db, "mercafacil-local-ledger");
  for (const [name, SecretString] of Object.entries(publishedSecrets))
    await secretsManager().send(new CreateSecretCommand({ Name: `mercafacil-local/${name}`, SecretString }));
  const Bucket = "mercafacil-local-out";
  const CreateBucketConfiguration = { LocationConstraint: "sa-east-1" as const };
  await s3().send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  const text = [0, 1, 2].map((index) => outLineText(AZUL, MONDAY, shopperOf(index), ["Arroz"])).join("");
  const file = outFileOf(AZUL, MONDAY, 0, text);
  await s3().send(new PutObjectCommand({ Bucket, Key: file.key, Body: text }));
  const Key = `data_output/${MONDAY}/_manifest.json`;
  await s3().send(new PutObjectCommand({ Bucket, Key, Body: manifestText(MONDAY, [file]) }));
});
afterAll(async () => {
  await twilio.close();
  moto.stop();
});

/** Twilio takes a message for a phone; its SID. */
async function post(index: number): Promise<string> {
  const { account_sid: account, auth_token: auth } = LOCAL_TWILIO;
  const response = await fetch(`${twilio.url}/2010-04-01/Accounts/${account}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${account}:${auth}`).toString("base64")}` },
    body: new URLSearchParams({ To: phoneOf(index), From: SENDER, Body: "Ofertas" }),
  });
  const { sid } = (await response.json()) as { sid: string };
  await twilio.idle();
  return sid;
}

async function put(index: number, state: string, more: Record<string, string | number>): Promise<void> {
  const line = keyOf(index);
  const Item = typedRow({
    claim: claimKey(line),
    kind: "line",
    tenant_id: line.tenantId,
    offer_date: line.offerDate,
    shopper_id: line.shopperId,
    day_shard: dayShard(line),
    state,
    updated_at: new Date(AT).toISOString(),
    ...more,
  });
  await db.send(new PutItemCommand({ TableName: "mercafacil-local-ledger", Item }));
}

async function run(date: string) {
  const program = join(repositoryRoot(), "dist/commands/reconcile/reconcile.js");
  const places = ["--endpoint", process.env.AWS_ENDPOINT_URL!, "--twilio", twilio.url];
  const child = spawn(process.execPath, [program, "--env", "local", "--date", date, ...places], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (text) => {
      output[name] += text;
    });
  const [code] = await once(child, "close");
  return { code, ...output };
}

const claimed = (index: number) => ({
  claimed_at: new Date(AT).toISOString(),
  phone_token: phoneToken(index),
  price: 0.3,
});

test("a day that adds up is a table and 0; a line whose message went astray is named by claim and ends with 1", async () => {
  await put(0, "DELIVERED", { ...claimed(0), sid: await post(0) });
  await put(1, "HELD", claimed(1));
  await put(2, "SUPPRESSED", { reason: "no_consent" });
  expect(await run(MONDAY)).toEqual({
    code: 0,
    stderr: "",
    stdout: [
      "2026-11-23: 3 lines in 1 file, 3 rows, 1 message",
      "",
      "                        lines  messages  delivered",
      "DELIVERED                   1         1          1",
      "HELD                        1         0          0",
      "SUPPRESSED(no_consent)      1         0          0",
      "total                       3         1          1",
      "",
      "Balanced: each line has one row, each sent line one message, and the other way round.",
      "",
    ].join("\n"),
  });

  const sid = await post(1);
  const astray = await run(MONDAY);
  expect(astray.code).toBe(1);
  expect(astray.stdout).toContain(
    `NOT balanced:\n  1 messages are at Twilio whose line was not sent\n     ${claimKey(keyOf(1))}  HELD  ${sid}  delivered\n`,
  );
  expect(astray.stdout).not.toMatch(/98765/);
});

test("a day without offers is no balanced day", async () => {
  expect(await run("2026-11-24")).toEqual({
    code: 1,
    stdout: "",
    stderr: "Nothing was published for 2026-11-24 in local.\n",
  });
});

const read = (line: string) => readReconcileOptions(line.split(" "), ENVIRONMENTS);
const LOCAL = "--env local --date 2026-11-23 --endpoint http://127.0.0.1:1";

test("outside local Twilio is the environment's own", () => {
  expect(read("--env prod --date 2026-11-23").twilioUrl).toBe("https://api.twilio.com");
  expect(read(`${LOCAL} --twilio http://127.0.0.1:2`).twilioUrl).toBe("http://127.0.0.1:2");
});

test.each([
  ["--env mars --date 2026-11-23", "known are"],
  ["--env prod", "--date: received none"],
  ["--env prod --date 2026-02-30", "--date: received 2026-02-30"],
  ["--env prod --date 2026-11-23 --endpoint http://127.0.0.1:1", "--endpoint is"],
  ["--env prod --date 2026-11-23 --twilio http://127.0.0.1:1", "--twilio is"],
  [LOCAL, "--twilio is"],
  [`${LOCAL} --twilio http://10.0.0.1:1`, "--twilio is"],
])("%j is refused with one sentence", (line, sentence) => {
  expect(() => read(line)).toThrow(sentence);
});
