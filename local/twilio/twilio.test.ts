// The Twilio stand-in as an application sees it: through Twilio's own client and over plain HTTP.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import RequestClient from "twilio/lib/base/RequestClient";
import TwilioClient from "twilio/lib/rest/Twilio";
import { validateRequest } from "twilio/lib/webhooks/webhooks";
import type { MessageLife, TwilioFaults } from "./faults";
import { startTwilio, type TwilioOptions, type TwilioStandIn } from "./twilio";

const accountSid = `AC${"0".repeat(32)}`;
const authToken = "a-published-token";
const noon = Date.parse("2026-11-23T12:00:00Z");
const template = `HX${"a".repeat(32)}`;
const valid = { To: "+5511987654321", From: "+551130000000", Body: "Oferta" };

let folder: string;
let opened: TwilioStandIn[];
let applications: Server[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "twilio-"));
  opened = [];
  applications = [];
});
afterEach(async () => {
  await Promise.all(opened.map((each) => each.close()));
  for (const server of applications) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

async function twilioOf(options: Partial<TwilioOptions> = {}): Promise<TwilioStandIn> {
  const standIn = await startTwilio({ port: 0, accountSid, authToken, now: () => noon, ...options });
  opened.push(standIn);
  return standIn;
}

const living = (life: MessageLife): TwilioFaults => ({ onCreate: () => ({ accepts: true, life }) });

interface Received {
  readonly path: string;
  readonly form: Record<string, string>;
  readonly signature: string;
}

/** An application that keeps what is posted to it. */
async function application(status = 204): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push({
      path: request.url ?? "",
      form: Object.fromEntries(new URLSearchParams(body)),
      signature: String(request.headers["x-twilio-signature"]),
    });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  applications.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

function clientOf(standIn: TwilioStandIn): TwilioClient {
  const requests = new RequestClient();
  const httpClient = {
    request: (options: Parameters<typeof requests.request>[0]) =>
      requests.request({ ...options, uri: options.uri.replace("https://api.twilio.com", standIn.url) }),
  };
  return new TwilioClient(accountSid, authToken, { httpClient: httpClient as unknown as RequestClient });
}

const messagesUrl = (standIn: TwilioStandIn) => `${standIn.url}/2010-04-01/Accounts/${accountSid}/Messages.json`;

async function post(standIn: TwilioStandIn, form: Record<string, string>, token = authToken) {
  const response = await fetch(messagesUrl(standIn), {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${token}`).toString("base64")}` },
    body: new URLSearchParams(form),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

describe("creating a message", () => {
  test("by Twilio's own client gives a queued message, created at the played instant", async () => {
    const standIn = await twilioOf();
    const message = await clientOf(standIn).messages.create({ to: valid.To, from: valid.From, body: "Olá" });
    expect(message).toMatchObject({ status: "queued", to: valid.To, from: valid.From, body: "Olá", numSegments: "1" });
    expect(message.sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(message.dateCreated.getTime()).toBe(noon);
    expect(message.dateSent).toBeNull();
  });

  test.each([
    ["no To", { To: "" }, 21604],
    ["no From", { From: "" }, 21603],
    ["no Body", { Body: "" }, 21619],
    ["a To that is no number", { To: "11987654321" }, 21211],
    ["a Brazilian To of the wrong length", { To: "+55119876543210" }, 21211],
    ["a Brazilian landline", { To: "+551130001234" }, 21614],
    ["a From that is no sender", { From: "+" }, 21212],
    ["the same To and From", { From: valid.To }, 21266],
    ["a Body over 1,600 characters", { Body: "x".repeat(1601) }, 21617],
    ["a ValidityPeriod over ten hours", { ValidityPeriod: "36001" }, 21624],
    ["a ValidityPeriod of nothing", { ValidityPeriod: "0" }, 21624],
    ["a ValidityPeriod that is no whole number", { ValidityPeriod: "1.5" }, 21624],
    ["a StatusCallback that is no URL", { StatusCallback: "nowhere" }, 21609],
    ["a StatusCallback that is not HTTP", { StatusCallback: "ftp://example.com/x" }, 21609],
    ["a messaging service's SID that is none", { From: "", MessagingServiceSid: "MG1" }, 21705],
    ["To and From on different channels", { To: `whatsapp:${valid.To}` }, 21910],
    ["ContentVariables without a ContentSid", { ContentVariables: '{"1":"x"}' }, 21654],
    ["a ContentSid that is none", { ContentSid: "HX1" }, 21655],
    ["ContentVariables that are no JSON", { ContentSid: template, ContentVariables: "{" }, 21656],
    ["ContentVariables that are no object", { ContentSid: template, ContentVariables: '["x"]' }, 21656],
    ["a variable that is empty", { ContentSid: template, ContentVariables: '{"1":""}' }, 21656],
    ["a variable with a line feed", { ContentSid: template, ContentVariables: '{"1":"a\\nb"}' }, 21656],
    ["a variable that is too long", { ContentSid: template, ContentVariables: `{"1":"${"x".repeat(1601)}"}` }, 21658],
  ])("with %s is refused with Twilio's code, and no message is taken", async (_, change, code) => {
    const standIn = await twilioOf();
    const { status, body } = await post(standIn, { ...valid, ...change });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code, status: 400, more_info: `https://www.twilio.com/docs/errors/${code}` });
    expect(standIn.messages).toHaveLength(0);
  });

  test.each([
    ["1,600 characters and ten hours", { Body: "x".repeat(1600), ValidityPeriod: "36000" }],
    ["a second", { ValidityPeriod: "1" }],
    ["a messaging service instead of a number", { From: "", MessagingServiceSid: `MG${"a".repeat(32)}` }],
    ["a template with variables", { Body: "", ContentSid: template, ContentVariables: '{"1":"Ana","2":"café"}' }],
    ["WhatsApp on both ends", { To: `whatsapp:${valid.To}`, From: `whatsapp:${valid.From}`, ContentSid: template }],
    ["a landline on WhatsApp", { To: "whatsapp:+551130001234", From: `whatsapp:${valid.From}`, ContentSid: template }],
  ])("with %s is taken", async (_, change) => {
    expect((await post(await twilioOf(), { ...valid, ...change })).status).toBe(201);
  });

  test("that is not sent as a form has no parameters for Twilio", async () => {
    const standIn = await twilioOf();
    const response = await fetch(messagesUrl(standIn), {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(valid),
    });
    expect([response.status, ((await response.json()) as { code: number }).code]).toEqual([400, 21604]);
  });

  test("in WhatsApp without a template is taken and then fails: no shopper has written first", async () => {
    const standIn = await twilioOf();
    await post(standIn, { ...valid, To: `whatsapp:${valid.To}`, From: `whatsapp:${valid.From}` });
    await standIn.idle();
    expect(standIn.messages[0]).toMatchObject({ status: "failed", errorCode: 63016 });
  });

  test("to an invalid number reaches Twilio's client as its RestException", async () => {
    const creating = clientOf(await twilioOf()).messages.create({ ...{ to: "+5511", from: valid.From, body: "x" } });
    await expect(creating).rejects.toMatchObject({ code: 21211, status: 400 });
  });

  test("with a wrong token is refused before anything else is looked at", async () => {
    const standIn = await twilioOf();
    const { status, body } = await post(standIn, {}, "another-token");
    expect([status, body.code]).toEqual([401, 20003]);
    expect(standIn.messages).toHaveLength(0);
  });

  test("from a number that is not the account's is refused", async () => {
    const standIn = await twilioOf({ senders: ["+551140000000"] });
    expect((await post(standIn, valid)).body.code).toBe(21606);
    expect((await post(standIn, { ...valid, From: "+551140000000" })).status).toBe(201);
    const service = `MG${"b".repeat(32)}`;
    expect((await post(standIn, { ...valid, From: "", MessagingServiceSid: service })).body.code).toBe(21701);
    const whatsApp = { To: `whatsapp:${valid.To}`, From: `whatsapp:${valid.From}`, ContentSid: template };
    expect((await post(standIn, { ...valid, ...whatsApp })).body.code).toBe(63007);
  });

  test("records each message as it is taken, with its SID and every field", async () => {
    const recordTo = join(folder, "twilio/messages.jsonl");
    const standIn = await twilioOf({ recordTo });
    expect(readFileSync(recordTo, "utf8")).toBe("");
    const { body } = await post(standIn, { ...valid, ValidityPeriod: "3600" });
    await post(standIn, { ...valid, To: "none" });
    const lines = readFileSync(recordTo, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { sid: body.sid, date_created: new Date(noon).toISOString(), ...valid, ValidityPeriod: "3600" },
    ]);
  });

  test.each([
    ["GSM-7 in one segment", "a".repeat(160), "1"],
    ["GSM-7 over one segment", "a".repeat(161), "2"],
    ["GSM-7's two-place characters", "€".repeat(81), "2"],
    ["UCS-2 in one segment", "ã".repeat(70), "1"],
    ["UCS-2 over one segment", "ã".repeat(71), "2"],
  ])("counts the segments of %s", async (_, text, segments) => {
    expect((await post(await twilioOf(), { ...valid, Body: text })).body.num_segments).toBe(segments);
  });
});

describe("reading messages", () => {
  test("finds one by its SID, and not one that was never taken", async () => {
    const standIn = await twilioOf();
    const client = clientOf(standIn);
    const { sid } = await client.messages.create({ to: valid.To, from: valid.From, body: "x" });
    expect(await client.messages(sid).fetch()).toMatchObject({ sid, body: "x" });
    await expect(client.messages(`SM${"0".repeat(32)}`).fetch()).rejects.toMatchObject({ code: 20404, status: 404 });
  });

  test("lists by To, From and the day it was sent, newest first, page by page", async () => {
    let now = noon;
    const standIn = await twilioOf({ now: () => now });
    const client = clientOf(standIn);
    const other = "+5511912345678";
    for (const [day, to] of [
      [0, valid.To],
      [1, valid.To],
      [1, other],
      [1, valid.To],
    ] as const) {
      now = noon + day * 86_400_000;
      await client.messages.create({ to, from: valid.From, body: `${day}` });
      await standIn.idle();
    }
    const bodies = (list: { body: string; to: string }[]) => list.map(({ body }) => body);
    expect(bodies(await client.messages.list({ to: valid.To }))).toEqual(["1", "1", "0"]);
    expect(bodies(await client.messages.list({ to: valid.To, dateSent: new Date(noon) }))).toEqual(["0"]);
    expect(await client.messages.list({ dateSentAfter: new Date(noon + 1000) })).toHaveLength(3);
    expect(await client.messages.list({ dateSentBefore: new Date(noon + 1000) })).toHaveLength(1);
    expect(bodies(await client.messages.list({ from: valid.From, pageSize: 1 }))).toEqual(["1", "1", "1", "0"]);
    expect(await client.messages.list({ from: other })).toEqual([]);
  });

  test("does not find a queued message by the day it was sent", async () => {
    const standIn = await twilioOf({ faults: living({ statuses: [{ status: "queued" }] }) });
    const client = clientOf(standIn);
    await client.messages.create({ to: valid.To, from: valid.From, body: "x" });
    await standIn.idle();
    expect(await client.messages.list({ dateSent: new Date(noon) })).toEqual([]);
    expect(await client.messages.list({ to: valid.To })).toHaveLength(1);
  });

  test("answers 404 outside the Messages API", async () => {
    const standIn = await twilioOf();
    expect((await fetch(`${standIn.url}/2010-04-01/Accounts/${accountSid}/Calls.json`)).status).toBe(404);
  });
});

describe("status callbacks", () => {
  test("come signed, in the order of a message's life, to the URL that the message gave", async () => {
    const standIn = await twilioOf();
    const { url, received } = await application();
    const target = `${url}/local/twilio/status/${encodeURIComponent("chain-a|2026-11-23|s1")}`;
    const { body } = await post(standIn, { ...valid, StatusCallback: `${target}#rc=5&rp=all` });
    await standIn.idle();
    expect(received.map(({ form }) => form.MessageStatus)).toEqual(["queued", "sent", "delivered"]);
    for (const { form, path, signature } of received) {
      expect(`${url}${path}`).toBe(target);
      expect(form).toMatchObject({ MessageSid: body.sid, AccountSid: accountSid, To: valid.To });
      expect(validateRequest(authToken, signature, target, form)).toBe(true);
      expect(validateRequest("another-token", signature, target, form)).toBe(false);
    }
    expect(standIn.messages[0]).toMatchObject({ status: "delivered", sentMs: noon });
  });

  test("are all delivered when the stand-in is idle, however many messages there are", async () => {
    const standIn = await twilioOf();
    const { url, received } = await application();
    await Promise.all(Array.from({ length: 60 }, () => post(standIn, { ...valid, StatusCallback: url })));
    await standIn.idle();
    expect(received).toHaveLength(180);
  });

  test("that an application refuses, or that nobody answers, are said in the log and end nothing", async () => {
    const log: string[] = [];
    const standIn = await twilioOf({ log: (line) => log.push(line) });
    const { url } = await application(403);
    await post(standIn, { ...valid, StatusCallback: url });
    await post(standIn, { ...valid, StatusCallback: "http://127.0.0.1:1/" });
    await standIn.idle();
    expect(log.filter((line) => line.includes("403"))).toHaveLength(3);
    expect(log).toHaveLength(6);
  });

  test("go the way that the caller gives them", async () => {
    const urls: string[] = [];
    const standIn = await twilioOf({
      deliver: async ({ url }) => {
        urls.push(url);
        return 200;
      },
    });
    await post(standIn, { ...valid, StatusCallback: "http://127.0.0.1:1/x" });
    await standIn.idle();
    expect(urls).toEqual(Array(3).fill("http://127.0.0.1:1/x"));
  });
});

describe("an inbound message", () => {
  test("is posted to the application, signed", async () => {
    const standIn = await twilioOf();
    const { url, received } = await application();
    expect(await standIn.postInbound({ url: `${url}/in`, from: valid.To, to: valid.From, body: "PARE" })).toBe(204);
    const [{ form, signature } = { form: {}, signature: "" }] = received;
    expect(form).toMatchObject({ From: valid.To, To: valid.From, Body: "PARE", SmsStatus: "received" });
    expect(validateRequest(authToken, signature, `${url}/in`, form)).toBe(true);
  });
});

describe("a fault", () => {
  test("can refuse a message with any answer", async () => {
    const answer = { status: 429, code: 20429, message: "Too Many Requests", headers: { "retry-after": "1" } };
    const faults = { onCreate: (_: unknown, n: number) => (n === 0 ? { accepts: false, answer } : undefined) };
    const standIn = await twilioOf({ faults });
    const refused = await post(standIn, valid);
    expect([refused.status, refused.body.code, refused.headers.get("retry-after")]).toEqual([429, 20429, "1"]);
    expect(standIn.messages).toHaveLength(0);
    expect((await post(standIn, valid)).status).toBe(201);
  });

  test("can take a message and still answer 500, or nothing at all", async () => {
    const answers = [{ status: 500, code: 20500, message: "Internal Server Error" }, "drop" as const];
    const standIn = await twilioOf({
      faults: { onCreate: (_, n) => ({ accepts: true, delayMs: 1, answer: answers[n] as "drop" }) },
    });
    expect((await post(standIn, valid)).status).toBe(500);
    await expect(post(standIn, valid)).rejects.toThrow();
    expect(standIn.messages).toHaveLength(2);
  });

  test("can drop, repeat and delay callbacks, and end a message badly", async () => {
    const standIn = await twilioOf({
      faults: living({
        statuses: [{ status: "queued" }, { status: "sent" }, { status: "undelivered", errorCode: 30003 }],
        onCallback: ({ status }) => ({ times: status === "queued" ? 0 : status === "sent" ? 2 : 1, delayMs: 1 }),
      }),
    });
    const { url, received } = await application();
    await post(standIn, { ...valid, StatusCallback: url });
    await standIn.idle();
    expect(received.map(({ form }) => form.MessageStatus)).toEqual(["sent", "sent", "undelivered"]);
    expect(received[2]?.form.ErrorCode).toBe("30003");
    expect(standIn.messages[0]).toMatchObject({ status: "undelivered", errorCode: 30003 });
  });
});

test("a request that goes wrong inside answers 500, and its log line holds no number", async () => {
  const log: string[] = [];
  const faults = {
    onCreate: () => {
      throw new Error("broken");
    },
  };
  const standIn = await twilioOf({ faults, log: (line) => log.push(line) });
  const response = await fetch(`${messagesUrl(standIn)}?To=${encodeURIComponent(valid.To)}`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}` },
    body: new URLSearchParams(valid),
  });
  expect(response.status).toBe(500);
  expect(log).toEqual([expect.stringContaining("broken")]);
  expect(log.join()).not.toContain("987654321");
});

test("a port already taken is an error that names it", async () => {
  const { port } = await twilioOf();
  await expect(twilioOf({ port })).rejects.toThrow(String(port));
});
