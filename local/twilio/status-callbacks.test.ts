// What the Twilio stand-in tells an application of its messages, and how it can go wrong.
import { validateRequest } from "twilio/lib/webhooks/webhooks";
import { accountSid, application, authToken, living, noon, post, twilioOf, valid } from "./stand-in-fixture";

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
    const refused = await post(standIn, { ...valid, StatusCallback: url });
    const unanswered = await post(standIn, { ...valid, StatusCallback: "http://127.0.0.1:1/" });
    await standIn.idle();
    const said = ({ body }: typeof refused, words: string) =>
      ["queued", "sent", "delivered"].map((status) => `callback ${body.sid} ${status}: ${words}`);
    expect(log.sort()).toEqual([...said(refused, "answered 403"), ...said(unanswered, "fetch failed")].sort());
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
