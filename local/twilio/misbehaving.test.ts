// The stand-in under faults: what it takes, tells and keeps to itself, and its own account of it.
import type { TwilioFaults } from "./faults";
import { startTwilio, type TwilioStandIn } from "./twilio";
import type { Webhook } from "./webhook";

const accountSid = `AC${"0".repeat(32)}`;
const authToken = "a-published-token";
const NOON = Date.parse("2026-11-23T12:00:00Z");
const MINUTE = 60_000;
const inboundUrl = "http://127.0.0.1:1/inbound";
const valid = { To: "+5511987654321", From: "+551130000000", Body: "x", StatusCallback: "http://127.0.0.1:1/status" };

let standIn: TwilioStandIn;
let now: number;
/** What the application was told: the statuses, and the texts of shoppers in quotes. */
let told: string[];
afterEach(() => standIn.close());

const start = async (faults: TwilioFaults): Promise<void> => {
  now = NOON;
  told = [];
  const deliver = async ({ form }: Webhook) => {
    told.push(form.MessageStatus ?? `"${form.Body}"`);
    return 200;
  };
  standIn = await startTwilio({
    port: 0,
    accountSid,
    authToken,
    now: () => now,
    faults,
    deliver,
    inboundUrl: () => inboundUrl,
  });
};

const ask = async (form?: Record<string, string>) => {
  const response = await fetch(`${standIn.url}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
    method: form ? "POST" : "GET",
    headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}` },
    ...(form && { body: new URLSearchParams(form) }),
  });
  return { status: response.status, code: ((await response.json()) as { code?: number }).code };
};
const moveBy = async (minutes: number): Promise<void> => {
  now += minutes * MINUTE;
  await standIn.release();
};

test("what is due later waits for the played clock, and the rest does not wait for it", async () => {
  const onCallback = ({ status }: { status: string }) => (status === "sent" ? { laterMs: 30 * MINUTE, times: 2 } : {});
  await start({ onCreate: () => ({ accepts: true, life: { onCallback } }) });
  await ask(valid);
  await standIn.idle();
  expect(told).toEqual(["queued", "delivered"]);
  expect(standIn.nextDue()).toBe(NOON + 30 * MINUTE);
  await moveBy(29);
  expect(told).toHaveLength(2);
  await moveBy(1);
  expect(told).toEqual(["queued", "delivered", "sent", "sent"]);
  expect(standIn.nextDue()).toBeUndefined();
});

test("callbacks may come backwards", async () => {
  await start({ onCreate: () => ({ accepts: true, life: { reversed: true } }) });
  await ask(valid);
  await standIn.idle();
  expect(told).toEqual(["delivered", "sent", "queued"]);
});

test("an answer that comes late lets the callbacks come first", async () => {
  await start({ onCreate: () => ({ accepts: true, delayMs: 60_000 }) });
  const asked = ask(valid).then(
    () => "answered",
    () => "closed",
  );
  while (told.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  await standIn.close();
  expect(await asked).toBe("closed");
});

test("a shopper answers what was delivered, and nothing else", async () => {
  const reply = { text: "SAIR", laterMs: 10 * MINUTE };
  const failing = [{ status: "failed" as const, errorCode: 30005 }];
  await start({
    onCreate: (_, request) => ({ accepts: true, life: { reply, ...(request > 0 && { statuses: failing }) } }),
  });
  await ask(valid);
  await ask(valid);
  await standIn.idle();
  await moveBy(10);
  expect(told.filter((word) => word.startsWith('"'))).toEqual(['"SAIR"']);
  expect(standIn.counts().replies).toBe(1);
});

test("Twilio itself bars whom its own words ask it to, for that sender, until START", async () => {
  await start({});
  const says = (body: string) => standIn.postInbound({ url: inboundUrl, from: valid.To, to: valid.From, body });
  await says("Sair");
  expect((await ask(valid)).status).toBe(201);
  await says(" stop ");
  expect(await ask(valid)).toEqual({ status: 400, code: 21610 });
  expect((await ask({ ...valid, From: "+551140000000" })).status).toBe(201);
  await says("START");
  expect((await ask(valid)).status).toBe(201);
});

test("a suspended account can neither send nor read", async () => {
  const suspended = { status: 401, code: 20003, message: "Authenticate" };
  await start({ onAccount: (nowMs) => (nowMs < NOON + MINUTE ? suspended : undefined) });
  expect([await ask(valid), await ask()]).toEqual(Array(2).fill({ status: 401, code: 20003 }));
  await moveBy(1);
  expect([(await ask(valid)).status, (await ask()).status]).toEqual([201, 200]);
});

test("every request is counted once, and so is every message of whose end nothing was heard", async () => {
  const answer = { status: 503, message: "Error 503" };
  const faults = [
    { accepts: true },
    { accepts: false, answer },
    { accepts: false, answer: "drop" as const },
    { accepts: true, answer: "drop" as const },
    { accepts: true, answer, life: { onCallback: () => ({ times: 0 }) } },
    { accepts: true, life: { statuses: [{ status: "queued" as const }, { status: "sent" as const }] } },
  ];
  await start({ onCreate: (_, request) => faults[request] });
  for (const _ of faults) await ask(valid).catch(() => undefined);
  await ask({ ...valid, To: "none" });
  await standIn.idle();
  expect(standIn.counts()).toEqual({
    requests: 7,
    taken: 4,
    refused: 2,
    refused_by_code: { "21211": 1, HTTP_503: 1 },
    broken_off: 1,
    taken_unsaid: 2,
    without_receipt: 2,
    replies: 0,
  });
});
