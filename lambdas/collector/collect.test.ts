import { createCollector, open, purchase, TENANT, told, uuid } from "./collector-fixture";
import { BODY_BYTES, BODY_EVENTS, EVENT_BYTES } from "./limits";

const purchases = (count: number) => Array.from({ length: count }, (_, at) => purchase(at + 1));
const bad = (number: number) => purchase(number, { cpf: "529.982.247-26" });
describe("a request", () => {
  it("is answered 202 with what was stored and what was not, also when nothing was", async () => {
    const collector = createCollector();
    const mixed = await collector.post([purchase(1), bad(2), purchase(3)]);
    expect(mixed.answer.statusCode).toBe(202);
    expect(told(mixed)).toEqual({
      accepted: 2,
      rejected: [{ index: 1, event_id: uuid(2), code: "CPF_DIGITS", path: "/cpf", message: expect.any(String) }],
    });
    expect(collector.stored().map(({ event_id }) => event_id)).toEqual([uuid(1), uuid(3)]);
    const none = await collector.post([bad(4)]);
    expect([none.answer.statusCode, told(none).accepted]).toEqual([202, 0]);
  });

  it("may be one event, an array of one, base64, or nothing at all", async () => {
    const collector = createCollector();
    expect(told(await collector.post(purchase(1))).accepted).toBe(1);
    expect(told(await collector.post([purchase(2)])).accepted).toBe(1);
    const body = Buffer.from(JSON.stringify([purchase(3, { store_id: "São João" })])).toString("base64");
    expect(told(await collector.post(body, { isBase64: true })).accepted).toBe(1);
    expect(collector.stored()[2]).toMatchObject({ store_id: "São João" });
    const empty = await collector.post([]);
    expect([empty.answer.statusCode, told(empty)]).toEqual([202, { accepted: 0, rejected: [] }]);
  });

  it.each<[string, string | null, number, string]>([
    ["no JSON", "{", 400, "NOT_JSON"],
    ["nothing", "", 400, "NOT_JSON"],
    ["no body", null, 400, "NOT_JSON"],
    ["a number", "5", 400, "NOT_EVENTS"],
    ["null", "null", 400, "NOT_EVENTS"],
    ["a text", '"text"', 400, "NOT_EVENTS"],
    ["501 events", JSON.stringify(purchases(BODY_EVENTS + 1)), 413, "TOO_MANY_EVENTS"],
    ["a byte too many", `[]${" ".repeat(BODY_BYTES - 1)}`, 413, "BODY_TOO_LARGE"],
    ["bytes too many, though few letters", `["${"ç".repeat(BODY_BYTES / 2)}"]`, 413, "BODY_TOO_LARGE"],
  ])("of %s is refused whole, and nothing is stored", async (_, body, status, code) => {
    const collector = createCollector();
    const collected = await collector.post("", { body });
    expect([collected.answer.statusCode, told(collected).code]).toEqual([status, code]);
    expect(collector.happened).toEqual([]);
  });

  it("of exactly 500 events and 4,000,000 bytes is taken", async () => {
    const collector = createCollector();
    const text = JSON.stringify(purchases(BODY_EVENTS));
    const body = text + " ".repeat(BODY_BYTES - Buffer.byteLength(text));
    expect(told(await collector.post(body)).accepted).toBe(BODY_EVENTS);
    const bytes = Buffer.from(`${body} `).toString("base64");
    expect((await collector.post(bytes, { isBase64: true })).answer.statusCode).toBe(413);
  });

  it("whose bytes are no UTF-8 is no JSON", async () => {
    const body = Buffer.concat([Buffer.from('["'), Buffer.from([0xff, 0xfe]), Buffer.from('"]')]).toString("base64");
    expect(told(await createCollector().post(body, { isBase64: true })).code).toBe("NOT_JSON");
  });

  it.each([
    ["v1", "delivery", "delivery"],
    ["v9", "purchase", "purchase_v9"],
    ["v1", "constructor", "constructor"],
    ["v1", "__proto__", "__proto__"],
    ["__proto__", "toString", "?_v?"],
    ["v1", "529.982.247-25", "?"],
    ["v1", "52998224725", "?"],
    ["52998224725", "purchase", "purchase_v?"],
  ])("for %s/%s is a 404, and its events are kept under %s", async (version, contract, name) => {
    const collector = createCollector();
    const collected = await collector.post([purchase(1), 5], { version, contract });
    expect(collected.answer.statusCode).toBe(404);
    expect(told(collected)).toMatchObject({
      code: "UNKNOWN_CONTRACT",
      accepted: 0,
      rejected: [{ index: 0 }, { index: 1 }],
    });
    const records = collector.quarantined.map((line) => JSON.parse(line));
    expect(records[0]).toEqual({
      reason: "UNKNOWN_CONTRACT",
      path: "",
      tenant_id: TENANT,
      contract: name,
      received_at: "2026-11-22T22:45:00.000Z",
      event_id: uuid(1),
      sealed: expect.any(String),
    });
    expect(JSON.parse(await open(collector.quarantined[0]!))).toEqual(purchase(1));
  });

  it("by a key that may not write the contract is a 403, even when the route hid its name from the policy", async () => {
    const collector = createCollector();
    const scopes = ["v1/product"];
    expect((await collector.post(purchase(1), { scopes })).answer.statusCode).toBe(403);
    expect(collector.happened).toEqual([]);
    for (const allowed of [["*"], ["v1/product", "v1/purchase"]]) {
      expect((await collector.post(purchase(1), { scopes: allowed })).answer.statusCode).toBe(202);
    }
    expect((await collector.post(purchase(1), { scopes, contract: "delivery" })).answer.statusCode).toBe(404);
  });

  it("sent twice is stored twice with the same content: the night counts it once", async () => {
    const collector = createCollector();
    await collector.post(purchase(1));
    await collector.post(purchase(1));
    expect(collector.lines()[0]).toBe(collector.lines()[1]);
  });
});

describe("a rejected event in quarantine", () => {
  it("is as it was sent, repeated keys and spaces and all, and opens for its own chain only", async () => {
    const collector = createCollector();
    const sent = `{"a":1, "a":"\\u00e7]},{", "n":1e400}`;
    await collector.post(`[ ${sent} ,${JSON.stringify(purchase(1))} ]`);
    expect(await open(collector.quarantined[0]!)).toBe(sent);
    await expect(open(collector.quarantined[0]!, "mercado-verde")).rejects.toThrow();
  });

  it("of more than 256 KiB leaves its size and a keyed digest only, whatever its code", async () => {
    const collector = createCollector();
    const text = "x".repeat(EVENT_BYTES);
    await collector.post([{ note: text }, text, { tenant_id: text }]);
    await collector.post([text], { contract: "delivery" });
    const records = collector.quarantined.map((line) => JSON.parse(line));
    expect(records.map(({ reason }) => reason)).toEqual([
      "EVENT_TOO_LARGE",
      "SCHEMA",
      "TENANT_IN_BODY",
      "UNKNOWN_CONTRACT",
    ]);
    for (const record of records) {
      expect(record).toMatchObject({
        sealed: null,
        bytes: expect.any(Number),
        hmac_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    }
    expect(records[1].bytes).toBe(EVENT_BYTES + 2);
    expect(Math.max(...collector.quarantined.map((line) => line.length))).toBeLessThan(1_000);
  });
});
