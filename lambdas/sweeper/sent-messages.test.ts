import { startTwilioFixture, type TwilioFixture } from "../sender/twilio-fixture";
import { textDigest } from "../shared/text-digest";
import { LookupFailed, twilioSentTo } from "./sent-messages";

const PHONE = "+5511987650000";
const SID = `SM${"1".repeat(32)}`;
const credentials = { accountSid: "AC1", authToken: "published" };
const resource = (change: object = {}) => ({
  sid: SID,
  body: "rede-azul: Cafe. SAIR para parar.",
  direction: "outbound-api",
  from: null,
  to: PHONE,
  messaging_service_sid: "MG1",
  date_created: "Mon, 23 Nov 2026 13:00:00 +0000",
  date_sent: null,
  status: "queued",
  error_code: null,
  ...change,
});

let twilio: TwilioFixture;
beforeAll(async () => {
  twilio = await startTwilioFixture();
});
afterAll(() => twilio.stop());
beforeEach(() => {
  twilio.asked.length = 0;
});
const answerWith = (...messages: object[]) => {
  twilio.answer = () => ({ status: 200, body: { messages, page: 0, page_size: 1000, next_page_uri: null } });
};
const sentTo = (channel: "sms" | "whatsapp" = "sms") => twilioSentTo(twilio.url, credentials)(PHONE, channel);

test("messages to a phone are listed by recipient alone, those not sent yet among them, and told by their digest", async () => {
  answerWith(resource(), resource({ sid: "SM2", direction: "inbound" }), resource({ sid: "SM3", body: "" }));
  expect(await sentTo()).toEqual([
    {
      sid: SID,
      status: "queued",
      code: null,
      senders: ["MG1"],
      createdMs: Date.parse("2026-11-23T13:00:00Z"),
      textDigest: textDigest("rede-azul: Cafe. SAIR para parar."),
    },
    expect.objectContaining({ sid: "SM3", textDigest: undefined }),
  ]);
  const url = new URL(twilio.asked[0]!.path!, twilio.url);
  expect(url.pathname).toBe("/2010-04-01/Accounts/AC1/Messages.json");
  expect(Object.fromEntries(url.searchParams)).toEqual({ To: PHONE, PageSize: "1000" });
});

test("a failed message brings its code, and WhatsApp its own addresses", async () => {
  answerWith(resource({ from: "whatsapp:+5511900000000", status: "failed", error_code: 30003 }));
  expect(await sentTo("whatsapp")).toMatchObject([
    { senders: ["+5511900000000", "MG1"], status: "failed", code: 30003 },
  ]);
  expect(new URL(twilio.asked[0]!.path!, twilio.url).searchParams.get("To")).toBe(`whatsapp:${PHONE}`);
});

test.each([401, 429, 500])(
  "an answer of %i is a failed lookup, never an empty list, and quotes nothing",
  async (status) => {
    twilio.answer = () => ({ status, body: { code: 20003, message: `no ${PHONE}`, status } });
    const failure = await sentTo().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LookupFailed);
    expect(String(failure)).not.toContain("98765");
  },
);

test("a connection that breaks is a failed lookup", async () => {
  twilio.answer = () => "reset";
  await expect(sentTo()).rejects.toThrow(LookupFailed);
});
