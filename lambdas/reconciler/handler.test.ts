// The function as it is invoked, over the AWS protocols and HTTP.
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { s3 } from "../shared/aws-clients";
import { plain, rowOf, verdictOf } from "./page/day-page-fixture";
import { type PublishedDay, phoneToken, publishDay, SENDER } from "./published-day-fixture";

jest.setTimeout(120_000);

const AZUL = "rede-azul";
const MONDAY = "2025-11-17";
const AT = Date.parse(`${MONDAY}T15:00:00Z`);

let day: PublishedDay;
const said: Record<string, unknown>[] = [];

beforeAll(async () => {
  day = await publishDay(MONDAY, AT, { ledgerTable: "ledger", outBucket: "out", secrets: "" });
  const sid = await day.post(0);
  const claimed = { claimed_at: new Date(AT).toISOString(), price: 0.3 };
  await day.put(0, "DELIVERED", { ...claimed, phone_token: phoneToken(0), sid });
  await day.put(1, "SUPPRESSED", { reason: "no_consent" });
  await day.put(2, "REJECTED", { ...claimed, phone_token: phoneToken(2), code: 21614 });
  Object.assign(process.env, {
    LEDGER_TABLE: "ledger",
    OUT_BUCKET: "out",
    TWILIO_SECRET_ARN: "twilio",
    TOKEN_SECRET_ARN: "tokens",
    TWILIO_BASE_URL: day.twilioUrl,
    SENDERS: JSON.stringify({ "*": SENDER }),
    WHATSAPP: "{}",
    PRICE_PER_SEGMENT_BRL: "0.3",
    HOLIDAYS: "[]",
    TIME_ZONE: "America/Sao_Paulo",
  });
});
afterAll(() => day.close());

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
  const astray = await day.post(1);
  const stranger = await day.post(7);
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
