import { keepAlivePost } from "./http-post";
import { accepted, refused, startTwilioFixture, type TwilioAnswer, type TwilioFixture } from "./twilio-fixture";
import { twilioMessages } from "./twilio-messages";

const request = {
  channel: "sms" as const,
  to: "+5511987654321",
  from: "+5511900000000",
  text: "rede-azul: ofertas",
  statusCallback: "https://api.test/local/twilio/status/a%7Cb",
  validitySeconds: 99_999,
};
const credentials = { accountSid: `AC${"0".repeat(32)}`, authToken: "secret" };

jest.setTimeout(60_000);

describe("a request for a message", () => {
  let twilio: TwilioFixture;
  beforeAll(async () => {
    twilio = await startTwilioFixture();
  });
  afterAll(() => twilio.stop());

  const send = (answer: TwilioAnswer, to = request.to) => {
    twilio.answer = () => answer;
    // Only silence is waited for; every other answer has all the time that a slow machine needs.
    const timeoutMs = answer === "silence" ? 200 : 60_000;
    return twilioMessages(twilio.url, credentials, keepAlivePost(2, timeoutMs))({ ...request, to });
  };

  test("says to whom, from whom, what, until when, and where to report", async () => {
    const outcome = await send(accepted(7));
    expect(outcome).toEqual({ kind: "accepted", sid: `SM${"7".padStart(32, "0")}` });
    expect(twilio.asked.at(-1)).toEqual({
      path: `/2010-04-01/Accounts/${credentials.accountSid}/Messages.json`,
      To: request.to,
      From: request.from,
      Body: request.text,
      StatusCallback: request.statusCallback,
      ValidityPeriod: "36000",
    });
    const basic = Buffer.from(`${credentials.accountSid}:secret`).toString("base64");
    expect(twilio.authorizations.at(-1)).toBe(`Basic ${basic}`);
  });

  test("goes by a messaging service when the sender is one", async () => {
    twilio.answer = (_, count) => accepted(count);
    await twilioMessages(
      twilio.url,
      credentials,
      keepAlivePost(2, 60_000),
    )({ ...request, from: `MG${"0".repeat(32)}` });
    expect(twilio.asked.at(-1)?.MessagingServiceSid).toMatch(/^MG/);
    expect(twilio.asked.at(-1)?.From).toBeUndefined();
  });

  test.each<[string, TwilioAnswer, object]>([
    ["an answer that never comes", "silence", { kind: "in_doubt", code: "TIMEOUT" }],
    ["a reset after the request", "reset", { kind: "in_doubt", code: "ECONNRESET" }],
    ["500", refused(500, 20500), { kind: "in_doubt", code: "HTTP_500" }],
    ["503", { status: 503, body: "busy" }, { kind: "in_doubt", code: "HTTP_503" }],
    ["408", refused(408, 20408), { kind: "in_doubt", code: "HTTP_408" }],
    ["201 without a SID", { status: 201, body: {} }, { kind: "in_doubt", code: "NO_SID" }],
    ["201 that is not JSON", { status: 201, body: "<html>" }, { kind: "in_doubt", code: "UNKNOWN" }],
    ["400 by somebody who is not Twilio", { status: 400, body: "<html>" }, { kind: "in_doubt", code: "HTTP_400" }],
    [
      "429",
      { ...Object(refused(429, 20429)), headers: { "retry-after": "3" } },
      { kind: "too_many", retryAfterMs: 3000 },
    ],
    ["429 that does not say when", refused(429, 20429), { kind: "too_many", retryAfterMs: undefined }],
    ["an invalid number", refused(400, 21211), { kind: "rejected", code: 21211 }],
    ["a landline", refused(400, 21614), { kind: "rejected", code: 21614 }],
    ["an opted-out number", refused(400, 21610), { kind: "rejected", code: 21610 }],
    ["wrong credentials", refused(401, 20003), { kind: "stop_run", code: "20003" }],
    ["403 without a code", { status: 403, body: "no" }, { kind: "stop_run", code: "HTTP_403" }],
    ["a region without permission", refused(400, 21408), { kind: "stop_run", code: "21408" }],
    ["a missing template", refused(400, 63016), { kind: "stop_run", code: "63016" }],
    ["a suspended account", refused(400, 30002), { kind: "stop_run", code: "30002" }],
  ])("ends as its answer proves and no further: %s", async (_, answer, outcome) => {
    expect(await send(answer)).toEqual(outcome);
  });

  test("to a region without permission abroad is that number's fault alone", async () => {
    expect(await send(refused(400, 21408), "+14155550123")).toEqual({ kind: "rejected", code: 21408 });
  });

  test("that never reached anybody stops the run and blames no line", async () => {
    const away = await startTwilioFixture();
    await away.stop();
    const outcome = await twilioMessages(away.url, credentials, keepAlivePost(2, 60_000))(request);
    expect(outcome).toEqual({ kind: "stop_run", code: "ECONNREFUSED" });
  });
});
