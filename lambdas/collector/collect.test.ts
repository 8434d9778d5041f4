import fc from "fast-check";
import {
  createCollector,
  type Faults,
  Hang,
  NOW,
  open,
  purchase,
  TENANT,
  told,
  uuid,
  virtualPacing,
} from "./collector-fixture";
import { ANSWER_MILLISECONDS, BODY_BYTES, BODY_EVENTS, EVENT_BYTES } from "./limits";

const purchases = (count: number) => Array.from({ length: count }, (_, at) => purchase(at + 1));
const bad = (number: number) => purchase(number, { cpf: "529.982.247-26" });
const grant = (number: number, more = {}) => ({
  event_id: uuid(number),
  event_type: "consent_granted",
  occurred_at: "2026-11-22T19:30:00-03:00",
  store_id: "loja-7",
  cpf: "529.982.247-25",
  channel: "sms",
  phone: "+5511987654321",
  ...more,
});
const always = (error: Error) => () => {
  throw error;
};

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

describe("the order of an accepted batch", () => {
  it("is vault, then Firehose, then the answer", async () => {
    const collector = createCollector();
    await collector.post([grant(1)], { contract: "shopper" });
    expect(collector.happened).toEqual(["vault", "vault", "v1/shopper"]);
    expect(collector.facts.map(({ content }) => content.kind).sort()).toEqual(["consent", "phone"]);
  });

  it("writes of a person only the newest word, and links the tokens of an event with both", async () => {
    const collector = createCollector();
    const later = {
      occurred_at: "2026-11-22T19:31:00-03:00",
      event_type: "consent_revoked",
      channel: undefined,
      phone: undefined,
    };
    await collector.post([grant(1), grant(2, later), grant(3, { occurred_at: "2026-11-22T19:29:00-03:00" })], {
      contract: "shopper",
    });
    expect(collector.facts.map(({ content }) => content)).toEqual([
      expect.objectContaining({ kind: "phone", phone: "+5511987654321" }),
      { kind: "consent", channel: "sms", granted: true },
      { kind: "consent", channel: "all", granted: false },
    ]);
    const both = createCollector();
    await both.post(purchase(1, { loyalty_id: "card" }));
    const [cpf, loyalty] = [both.stored()[0]!.cpf, both.stored()[0]!.loyalty_id];
    expect(both.facts.map(({ person, content }) => [person, content])).toEqual([
      [`${TENANT}#${cpf}`, { kind: "alias", other: loyalty, otherKind: "loyalty" }],
      [`${TENANT}#${loyalty}`, { kind: "alias", other: cpf, otherKind: "cpf" }],
    ]);
  });

  it("stores nothing of a batch whose vault fails: 503, every event named, and the rejected ones are kept", async () => {
    const collector = createCollector({ writeFact: always(new Error("throttled")) });
    const collected = await collector.post([grant(1), { bad: true }, grant(3)], { contract: "shopper" });
    expect(collected.answer.statusCode).toBe(503);
    expect(collected.answer.headers["Retry-After"]).toMatch(/^\d+$/);
    expect(told(collected)).toMatchObject({
      code: "UNAVAILABLE",
      accepted: 0,
      rejected: [{ index: 1, code: "SCHEMA" }],
      not_accepted: [
        { index: 0, event_id: uuid(1) },
        { index: 2, event_id: uuid(3) },
      ],
    });
    expect(collector.lines("v1/shopper")).toEqual([]);
    expect(collector.failures).toEqual(["vault"]);
  });
});

describe("whatever fails, and however often", () => {
  const fails = fc.constantFrom("no", "throws", "hangs", "half");
  const faultOf = (how: string) => (records: readonly string[]) => {
    if (how === "throws") throw new Error("500");
    if (how === "hangs") throw new Hang();
    return records.map((_, at) => how === "no" || at % 2 === 0);
  };
  const step = (how: string) => (how === "no" ? undefined : always(how === "hangs" ? new Hang() : new Error("500")));

  it("each event ends stored, kept, or named in a 503, within the time there is; and what a 503 names can be sent again", async () => {
    const anyFaults = fc.record({
      put: fails,
      putQuarantine: fails,
      writeFact: fails,
      masterKey: fails,
      sealKey: fails,
    });
    const kinds = fc.array(fc.constantFrom("good", "both", "bad"), { minLength: 1, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(anyFaults, kinds, async (how, events) => {
        const faults: Faults = {
          put: faultOf(how.put),
          putQuarantine: faultOf(how.putQuarantine),
          writeFact: step(how.writeFact),
          masterKey: step(how.masterKey),
          sealKey: step(how.sealKey),
        };
        const collector = createCollector(faults);
        const pacing = virtualPacing();
        const batch = events.map((kind, at) => {
          return kind === "bad" ? bad(at) : purchase(at, kind === "both" ? { loyalty_id: "card" } : {});
        });
        const collected = await collector.post(batch, {}, pacing);
        const answer = told(collected);
        const rejected = answer.rejected.map(({ index }) => index);
        const named = (answer.not_accepted ?? []).map(({ index }) => index);
        const rest = batch.map((_, at) => at).filter((at) => !rejected.includes(at) && !named.includes(at));
        expect(rest).toHaveLength(answer.accepted);
        expect(new Set([...rejected, ...named]).size).toBe(rejected.length + named.length);
        expect(rest.every((at) => events[at] !== "bad")).toBe(true);
        expect(rejected.every((at) => events[at] === "bad")).toBe(true);

        const ids = (lines: readonly string[]) => new Set(lines.map((line) => JSON.parse(line).event_id));
        for (const at of rest) expect(ids(collector.lines())).toContain(uuid(at));
        for (const at of rejected) expect(ids(collector.quarantined)).toContain(uuid(at));
        expect(collected.answer.statusCode).toBe(named.length > 0 ? 503 : 202);
        expect(pacing.spent()).toBeLessThanOrEqual(ANSWER_MILLISECONDS);
      }),
      { numRuns: 300 },
    );
  });

  it("a request that finds nothing working says so for every event, and one that comes later is taken", async () => {
    let broken = true;
    const collector = createCollector({
      masterKey: () => {
        if (broken) throw new Error("secret");
      },
    });
    expect(told(await collector.post([purchase(1), bad(2)])).not_accepted).toEqual([
      { index: 0, event_id: uuid(1) },
      { index: 1, event_id: uuid(2) },
    ]);
    broken = false;
    expect(told(await collector.post([purchase(1), bad(2)])).accepted).toBe(1);
  });

  it("a rejected event that quarantine did not take is no rejection: it is to be sent again", async () => {
    const collector = createCollector({ putQuarantine: (records) => records.map(() => false) });
    const collected = await collector.post([purchase(1), bad(2)]);
    expect(collected.answer.statusCode).toBe(503);
    expect(told(collected)).toMatchObject({
      accepted: 1,
      rejected: [],
      not_accepted: [{ index: 1, event_id: uuid(2) }],
    });
  });

  it("the key that seals is asked for only when there is something to seal", async () => {
    const collector = createCollector({ sealKey: always(new Error("KMS")) });
    expect((await collector.post(purchase(1))).answer.statusCode).toBe(202);
    expect((await collector.post([bad(1)])).answer.statusCode).toBe(503);
  });

  it("an instant is the same for the whole request", async () => {
    const collector = createCollector();
    await collector.post([...purchases(3), bad(9)]);
    const instants = [...collector.lines(), ...collector.quarantined].map((line) => JSON.parse(line).received_at);
    expect(new Set(instants)).toEqual(new Set([new Date(NOW).toISOString()]));
  });
});
