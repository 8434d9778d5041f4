import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks";
import { optInWord, optOutWord } from "./opt-out-words";
import { chainsOf, optChangesOf, readOptRequest, readReceipt } from "./read-callback";
import { claimOf, isTwilios, parametersOf, type SignedRequest } from "./twilio-request";

const TOKEN = "t".repeat(32);
const CLAIM = `rede-azul|2026-11-23|${"a".repeat(64)}`;
const SID = `SM${"0".repeat(32)}`;
const URL = `https://api.test/local/twilio/status/${encodeURIComponent(CLAIM)}`;
const FORM = { MessageSid: SID, MessageStatus: "delivered", To: "+5511987654321" };
const sign = (url = URL, form: Record<string, string> = FORM, token = TOKEN): string =>
  getExpectedTwilioSignature(token, url, form);

const request = (change: Partial<SignedRequest> = {}, signature: string | undefined = sign()): SignedRequest => ({
  headers: { "X-Forwarded-Proto": "https", "X-Twilio-Signature": signature },
  body: new URLSearchParams(FORM).toString(),
  isBase64Encoded: false,
  requestContext: { domainName: "api.test", path: `/local/twilio/status/${encodeURIComponent(CLAIM)}` },
  pathParameters: { claim: CLAIM },
  ...change,
});
const believed = (given: SignedRequest): boolean => isTwilios(given, parametersOf(given), [TOKEN]);

describe("a signature", () => {
  test("is believed under either token of a rotation, and under no third", () => {
    const tokens = ["new", "old"];
    const under = (token: string) => request({}, sign(URL, FORM, token));
    const isOurs = (given: SignedRequest) => isTwilios(given, parametersOf(given), tokens);
    expect([under("new"), under("old"), under("older")].map(isOurs)).toEqual([true, true, false]);
  });

  test("of Twilio's is believed, however the gateway spells the path, the headers and the body", () => {
    expect(believed(request())).toBe(true);
    const decoded = { requestContext: { domainName: "api.test", path: `/local/twilio/status/${CLAIM}` } };
    expect(believed(request(decoded))).toBe(true);
    expect(believed(request({ pathParameters: { claim: encodeURIComponent(CLAIM) } }))).toBe(true);
    expect(believed(request({ headers: { "x-forwarded-proto": "https", "x-twilio-signature": sign() } }))).toBe(true);
    const body = Buffer.from(new URLSearchParams(FORM).toString()).toString("base64");
    expect(believed(request({ body, isBase64Encoded: true }))).toBe(true);
  });

  test.each([
    ["none at all", request({ headers: { "X-Forwarded-Proto": "https" } })],
    ["an empty one", request({}, "")],
    ["nonsense", request({}, "AAAA")],
    ["by another token", request({}, sign(URL, FORM, "another"))],
    ["over another claim", request({}, sign(URL.replace("rede-azul", "rede-verde")))],
    ["over another host", request({}, sign(URL.replace("api.test", "evil.test")))],
    ["over another scheme", request({}, sign(URL.replace("https", "http")))],
    ["over other parameters", request({}, sign(URL, { ...FORM, MessageStatus: "sent" }))],
    ["over fewer parameters", request({}, sign(URL, { MessageSid: SID }))],
    ["with a parameter added", request({ body: `${new URLSearchParams(FORM)}&ErrorCode=1` })],
    ["with a parameter repeated", request({ body: `${new URLSearchParams(FORM)}&MessageStatus=failed` })],
    ["without a body", request({ body: null })],
    ["for a host that is not known", request({ requestContext: { path: "/x" } })],
  ])("that is forged is not: %s", (_, given) => {
    expect(believed(given)).toBe(false);
  });
});

describe("a callback", () => {
  test("becomes a receipt without number or text", () => {
    const receipt = readReceipt(claimOf(request()), parametersOf(request()), "now");
    expect(receipt).toEqual({ kind: "receipt", claim: CLAIM, sid: SID, status: "delivered", code: null, at: "now" });
    expect(JSON.stringify(receipt)).not.toContain("98765");
  });

  test.each([
    ["a claim that is none", "rede-azul|2026-11-23|x", FORM],
    ["no SID", CLAIM, { MessageStatus: "sent" }],
    ["a SID that is none", CLAIM, { ...FORM, MessageSid: "+5511987654321" }],
    ["a status that is a text", CLAIM, { ...FORM, MessageStatus: "Call +55 11" }],
  ])("that is malformed is ignored: %s", (_, claim, form) => {
    expect(readReceipt(claim, form as Record<string, string>, "now")).toBeUndefined();
  });
});

describe("a shopper's word", () => {
  test.each(["STOP", "sair", "Pare!", "  parar.", "CANCELAR", "descadastrar", "SÁIR", "“Sair”", "pare de mandar"])(
    "to stop is understood: %s",
    (body) => {
      expect(optOutWord(body)).toBeDefined();
    },
  );

  test.each(["", "obrigado", "não quero parar", "sairei", "stopwatch", "👍", "1"])(
    "of another kind is not: %s",
    (body) => {
      expect(optOutWord(body)).toBeUndefined();
    },
  );

  test.each(["START", "voltar", " Voltar! ", "unstop"])("to come back is understood: %s", (body) => {
    expect(optInWord(body)).toBeDefined();
  });

  test.each(["SIM", "yes", "voltar a receber? nunca", "não quero voltar", "começar", "start stop", "voltarei", ""])(
    "that is not the opt-in word alone brings nobody back: %s",
    (body) => {
      expect(optInWord(body)).toBeUndefined();
    },
  );

  test("that Twilio takes for a STOP stays one, whatever else it says", () => {
    const asked = { From: "+5511987654321", To: "+5511900000000", Body: "START", OptOutType: "STOP" };
    expect(readOptRequest(asked)?.kind).toBe("opt_out");
    expect(readOptRequest({ ...asked, OptOutType: "START" })?.kind).toBe("opt_in");
    expect(readOptRequest({ ...asked, Body: "SIM", OptOutType: "START" })).toBeUndefined();
  });

  test("to stop is known under both forms of the number and to each chain of that sender, without either", async () => {
    const stop = readOptRequest({ From: "+551187654321", To: "+5511900000000", Body: "Sair" });
    expect(stop?.phones).toEqual(expect.arrayContaining(["+551187654321", "+5511987654321"]));
    const numbers = new Map([
      ["rede-azul", "+5511911111111"],
      ["*", "+5511900000000"],
    ]);
    const every = async () => ["rede-azul", "rede-verde", "rede-rosa"];
    const chains = await chainsOf(stop!.senders, numbers, every);
    expect(chains.sort()).toEqual(["rede-rosa", "rede-verde"]);
    expect(await chainsOf(["+5511911111111"], numbers, every)).toEqual(["rede-azul"]);
    expect(await chainsOf(["+5511922222222"], numbers, every)).toEqual([]);
    const messages = optChangesOf(stop!, chains, (tenant, phone) => `token-${tenant}-${phone.length}`, "now");
    expect(messages).toHaveLength(4);
    expect(JSON.stringify(messages)).not.toContain("87654321");
  });
});
