// The Twilio stand-in as an application sees it: through Twilio's own client and over plain HTTP.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  accountSid,
  authToken,
  clientOf,
  folder,
  living,
  messagesUrl,
  noon,
  post,
  template,
  twilioOf,
  valid,
} from "./stand-in-fixture";

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
