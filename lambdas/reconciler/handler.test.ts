// The function as it is invoked, over the AWS protocols and HTTP.
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { LOCAL_TOKEN_KEY, LOCAL_TWILIO, publishedSecrets } from "../../local/published-secrets";
import { startTwilio, type TwilioStandIn } from "../../local/twilio/twilio";
import { createLedgerTable, type Moto, startMoto } from "../moto-fixture";
import { dynamoDb, s3, secretsManager } from "../shared/aws-clients";
import { claimKey, dayShard } from "../shared/claim-keys";
import { typedRow } from "../shared/dynamo-items";
import { manifestText, outFileOf, outLineText, shopperOf } from "../shared/out-file-fixture";
import { tenantKey, token } from "../shared/tokens";
import { plain, rowOf, verdictOf } from "./page/day-page-fixture";

jest.setTimeout(120_000);

const AZUL = "rede-azul";
const MONDAY = "2025-11-17";
const AT = Date.parse(`${MONDAY}T15:00:00Z`);
const SENDER = "+5511900000000";
const phoneOf = (index: number): string => `+5511987650${String(index).padStart(3, "0")}`;
const phoneToken = (index: number): string =>
  token(tenantKey(Buffer.from(LOCAL_TOKEN_KEY, "base64"), AZUL), "phone", phoneOf(index));

let moto: Moto;
let twilio: TwilioStandIn;
let sid: string;
const said: Record<string, unknown>[] = [];

/** Twilio takes a message for a phone; its SID. */
async function post(index: number): Promise<string> {
  const { account_sid: account, auth_token: auth } = LOCAL_TWILIO;
  const response = await fetch(`${twilio.url}/2010-04-01/Accounts/${account}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${account}:${auth}`).toString("base64")}` },
    body: new URLSearchParams({ To: phoneOf(index), From: SENDER, Body: "Ofertas" }),
  });
  await twilio.idle();
  return ((await response.json()) as { sid: string }).sid;
}

async function put(index: number, state: string, more: Record<string, string | number>): Promise<void> {
  const line = { tenantId: AZUL, offerDate: MONDAY, shopperId: shopperOf(index) };
  const Item = typedRow({
    claim: claimKey(line),
    kind: "line",
    tenant_id: AZUL,
    offer_date: MONDAY,
    shopper_id: line.shopperId,
    day_shard: dayShard(line),
    state,
    updated_at: new Date(AT).toISOString(),
    ...more,
  });
  await dynamoDb().send(new PutItemCommand({ TableName: "ledger", Item }));
}

beforeAll(async () => {
  moto = await startMoto();
  const [accountSid, authToken] = [LOCAL_TWILIO.account_sid, LOCAL_TWILIO.auth_token];
  twilio = await startTwilio({ port: 0, accountSid, authToken, now: () => AT });
  await createLedgerTable(dynamoDb(), "ledger");
  for (const name of ["twilio", "tokens"] as const)
    await secretsManager().send(new CreateSecretCommand({ Name: name, SecretString: publishedSecrets[name] }));
  const LocationConstraint = "sa-east-1" as const;
  await s3().send(new CreateBucketCommand({ Bucket: "out", CreateBucketConfiguration: { LocationConstraint } }));
  const text = [0, 1, 2].map((index) => outLineText(AZUL, MONDAY, shopperOf(index), ["Arroz"])).join("");
  const file = outFileOf(AZUL, MONDAY, 0, text);
  await s3().send(new PutObjectCommand({ Bucket: "out", Key: file.key, Body: text }));
  const Key = `data_output/${MONDAY}/_manifest.json`;
  await s3().send(new PutObjectCommand({ Bucket: "out", Key, Body: manifestText(MONDAY, [file]) }));
  sid = await post(0);
  const claimed = { claimed_at: new Date(AT).toISOString(), price: 0.3 };
  await put(0, "DELIVERED", { ...claimed, phone_token: phoneToken(0), sid });
  await put(1, "SUPPRESSED", { reason: "no_consent" });
  await put(2, "REJECTED", { ...claimed, phone_token: phoneToken(2), code: 21614 });
  Object.assign(process.env, {
    LEDGER_TABLE: "ledger",
    OUT_BUCKET: "out",
    TWILIO_SECRET_ARN: "twilio",
    TOKEN_SECRET_ARN: "tokens",
    TWILIO_BASE_URL: twilio.url,
    SENDERS: JSON.stringify({ "*": SENDER }),
    WHATSAPP: "{}",
    PRICE_PER_SEGMENT_BRL: "0.3",
    HOLIDAYS: "[]",
    TIME_ZONE: "America/Sao_Paulo",
  });
});
afterAll(async () => {
  await twilio.close();
  moto.stop();
});

beforeEach(() => {
  said.length = 0;
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    said.push(JSON.parse(String(text)));
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

const invoke = (offer_date: string) =>
  jest.requireActual<typeof import("./handler")>("./handler").handler({ offer_date });

async function objectAt(Key: string): Promise<{ readonly type?: string; readonly text: string }> {
  const { Body, ContentType } = await s3().send(new GetObjectCommand({ Bucket: "out", Key }));
  return { type: ContentType, text: (await Body?.transformToString("utf-8")) ?? "" };
}

test("a day leaves its report and its page, of one reconciliation, and says where", async () => {
  const [report, page] = [`reports/${MONDAY}/reconciliation.json`, `reports/${MONDAY}.html`];
  expect(await invoke(MONDAY)).toEqual({ balanced: true, report, page });
  expect(said).toMatchObject([{ message: "reconciled", offer_date: MONDAY, lines: 3, imbalances: 0, report, page }]);

  const left = await objectAt(page);
  expect(left.type).toBe("text/html; charset=utf-8");
  expect(verdictOf(left.text)).toMatch(/^Balanced as far as it is stated: /);
  const { at, lines, chains } = JSON.parse((await objectAt(report)).text);
  expect(chains).toEqual({
    [AZUL]: { lines, rows_by_state: { DELIVERED: 1, REJECTED: 1, "SUPPRESSED(no_consent)": 1 }, messages: 1 },
  });
  expect(rowOf(left.text, "shoppers with a line")?.[0]).toBe(String(lines));
  expect(rowOf(left.text, "Twilio's code 21614")?.[0]).toBe("1");
  // On São Paulo's clock, three hours behind.
  const local = new Date(Date.parse(at) - 3 * 3_600_000).toISOString().slice(0, 16).replace("T", " ");
  expect(plain(left.text)).toContain(`reconciled ${local} (America/Sao_Paulo)`);
});

test("a page names neither a phone nor its token, whatever went astray", async () => {
  const astray = await post(1);
  const stranger = await post(7);
  expect(await invoke(MONDAY)).toMatchObject({ balanced: false });
  const { text } = await objectAt(`reports/${MONDAY}.html`);
  expect(verdictOf(text)).toContain("2 × message without a sent line");
  for (const found of [astray, stranger]) expect(text).toContain(found);
  expect(text).not.toMatch(/98765/);
  for (const index of [0, 1, 7]) expect(text).not.toContain(phoneToken(index));
});

test("a day without offers leaves nothing", async () => {
  expect(await invoke("2025-11-18")).toEqual({});
  expect(said).toEqual([{ message: "nothing_published", offer_date: "2025-11-18" }]);
  await expect(objectAt("reports/2025-11-18.html")).rejects.toThrow();
});

test("a page that cannot be made costs nobody the report, and the log says so", async () => {
  jest.resetModules();
  jest.doMock("./page/day-page", () => ({
    dayPage: () => {
      throw new RangeError("of phones, perhaps");
    },
  }));
  const report = `reports/${MONDAY}/reconciliation.json`;
  await s3().send(new PutObjectCommand({ Bucket: "out", Key: report, Body: "of an earlier try" }));
  expect(await invoke(MONDAY)).toEqual({ balanced: false, report, page: undefined });
  expect(said).toMatchObject([
    { message: "page_failed", offer_date: MONDAY, error: "RangeError" },
    { message: "reconciled", report },
  ]);
  expect(JSON.stringify(said)).not.toContain("phones");
  expect(JSON.parse((await objectAt(report)).text)).toMatchObject({ offer_date: MONDAY });
});
