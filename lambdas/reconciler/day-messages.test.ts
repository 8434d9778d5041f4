import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startTwilio, type TwilioStandIn } from "../../local/twilio/twilio";
import { textDigest } from "../shared/text-digest";
import { type DayMessage, twilioLog } from "./day-messages";

const credentials = { accountSid: `AC${"0".repeat(32)}`, authToken: "secret" };
const SENDER = "+5511900000000";
const NOON = Date.parse("2026-11-23T15:00:00Z");
const MINUTE = 60_000;

let now = NOON;
let twilio: TwilioStandIn;
beforeAll(async () => {
  twilio = await startTwilio({ port: 0, ...credentials, now: () => now });
});
afterAll(() => twilio.close());

const phoneOf = (index: number): string => `+55119${String(87_650_000 + index)}`;

async function post(index: number, body = "Ofertas"): Promise<string> {
  const response = await fetch(`${twilio.url}/2010-04-01/Accounts/${credentials.accountSid}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${credentials.accountSid}:secret`).toString("base64")}` },
    body: new URLSearchParams({ To: phoneOf(index), From: SENDER, Body: body }),
  });
  return ((await response.json()) as { sid: string }).sid;
}

async function list(fromMs: number, untilMs: number): Promise<DayMessage[]> {
  const found: DayMessage[] = [];
  for await (const message of twilioLog(twilio.url, credentials).between(fromMs, untilMs)) found.push(message);
  return found;
}

test("the messages of a time are listed over every page, those of its edges once", async () => {
  for (let index = 0; index < 1_203; index += 1) await post(index);
  await twilio.idle();
  now = NOON + MINUTE;
  const last = await post(2_000, "a".repeat(200));
  await twilio.idle();
  const first = await list(NOON, NOON + MINUTE);
  expect(first).toHaveLength(1_203);
  expect(new Set(first.map(({ sid }) => sid)).size).toBe(1_203);
  expect(await list(NOON + MINUTE, NOON + 2 * MINUTE)).toEqual([
    {
      sid: last,
      status: "delivered",
      channel: "sms",
      to: phoneOf(2_000),
      senders: [SENDER],
      textDigest: textDigest("a".repeat(200)),
      createdMs: NOON + MINUTE,
      segments: 2,
    },
  ]);
  expect(await list(NOON - MINUTE, NOON)).toEqual([]);
  expect(await twilioLog(twilio.url, credentials).bySid(last)).toMatchObject({ sid: last, segments: 2 });
  expect(await twilioLog(twilio.url, credentials).bySid(`SM${"f".repeat(32)}`)).toBeUndefined();
});

test("credentials that Twilio refuses are no empty list", async () => {
  const log = twilioLog(twilio.url, { ...credentials, authToken: "old" });
  await expect(
    log
      .between(NOON, NOON + MINUTE)
      [Symbol.asyncIterator]()
      .next(),
  ).rejects.toThrow("answered 401");
  await expect(log.bySid(`SM${"f".repeat(32)}`)).rejects.toThrow("answered 401");
});

describe("a list that is not what was asked for", () => {
  let server: Server;
  let url: string;
  const answers: (readonly [number, unknown])[] = [];
  beforeAll(async () => {
    server = createServer((_request, response) => {
      const [status, body] = answers.shift() ?? [500, {}];
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  const resource = (more: object) => ({
    sid: `SM${"1".repeat(32)}`,
    status: "delivered",
    direction: "outbound-api",
    to: `whatsapp:${phoneOf(1)}`,
    from: `whatsapp:${SENDER}`,
    messaging_service_sid: `MG${"2".repeat(32)}`,
    num_segments: "1",
    body: "Ofertas",
    date_created: "Mon, 23 Nov 2026 15:00:00 +0000",
    date_sent: "Mon, 23 Nov 2026 15:00:01 +0000",
    ...more,
  });
  const read = async (): Promise<DayMessage[]> => {
    const found: DayMessage[] = [];
    for await (const message of twilioLog(url, credentials).between(NOON, NOON + MINUTE)) found.push(message);
    return found;
  };

  test("what the shopper wrote, and Twilio's replies to it, are none of the day's messages; both senders are told", async () => {
    const messages = [{}, { direction: "inbound" }, { direction: "outbound-reply" }, { date_sent: null }].map(resource);
    answers.push([200, { messages, next_page_uri: null }]);
    expect(await read()).toEqual([
      expect.objectContaining({
        channel: "whatsapp",
        to: phoneOf(1),
        senders: [SENDER, `MG${"2".repeat(32)}`],
        createdMs: NOON,
      }),
    ]);
  });

  test("a busy Twilio is asked again, one that stays busy is told", async () => {
    answers.push([429, {}], [503, {}], [200, { messages: [resource({})], next_page_uri: null }]);
    expect(await read()).toHaveLength(1);
    await expect(read()).rejects.toThrow(/500 after 5 tries/);
  }, 30_000);
});
