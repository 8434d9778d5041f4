import fc from "fast-check";
import { tenantKey, token } from "../shared/tokens";
import { createCollector, MASTER_KEY, NOW, open, purchase, TENANT, told, uuid } from "./collector-fixture";
import { AGE_MILLISECONDS, AHEAD_MILLISECONDS, EVENT_BYTES } from "./limits";

const key = tenantKey(MASTER_KEY, TENANT);

/** What becomes of one event: its rejection, or undefined when it is stored. */
async function rejectionOf(event: unknown, contract = "purchase") {
  const collector = createCollector();
  const answer = told(await collector.post(typeof event === "string" ? event : [event], { contract }));
  expect(answer.accepted + answer.rejected.length).toBe(1);
  expect(collector.lines(`v1/${contract}`)).toHaveLength(answer.accepted);
  expect(collector.quarantined).toHaveLength(answer.rejected.length);
  return answer.rejected[0];
}
const itemsOf = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ sku: String(at), quantity: 1, unit_price: 1 }));
const at = (epochMs: number) => purchase(1, { occurred_at: new Date(epochMs).toISOString() });

describe("a stored event", () => {
  it("is one JSON object and a newline, never an array, with the event's values and our stamps", async () => {
    const collector = createCollector();
    await collector.post([purchase(1), purchase(2, { region: "se", loyalty_id: "card-9" })]);
    for (const line of collector.lines()) expect(line).toMatch(/^\{[^\n]*\}\n$/);
    expect(collector.stored()[0]).toEqual({
      ...purchase(1),
      occurred_at: "2026-11-22T22:30:00.000Z",
      cpf: token(key, "cpf", "52998224725"),
      tenant_id: TENANT,
      received_at: "2026-11-22T22:45:00.000Z",
      schema_version: 1,
      event_date: "2026-11-22",
      event_hour: "19",
      region: "none",
    });
    expect(collector.stored()[1]).toMatchObject({ region: "se", loyalty_id: token(key, "loyalty", "card-9") });
  });

  it("holds no CPF, loyalty number, phone or name: they are tokens or gone", async () => {
    const collector = createCollector();
    const shopper = { cpf: "52998224725", loyalty_id: "cartao-77", phone: "+5511987654321", name: "Maria Aparecida" };
    const event = { ...purchase(3), ...shopper, event_type: "registered", items: undefined };
    expect(told(await collector.post(event, { contract: "shopper" }))).toEqual({ accepted: 1, rejected: [] });
    const line = collector.lines("v1/shopper")[0]!;
    for (const value of [...Object.values(shopper), "987654321", "Maria"]) expect(line).not.toContain(value);
    expect(Object.keys(collector.stored("v1/shopper")[0]!)).not.toContain("name");
    expect(collector.stored("v1/shopper")[0]).toMatchObject({ phone: token(key, "phone", "+5511987654321") });
  });

  it("is filed by when it happened in São Paulo, not by when it arrived or by UTC", async () => {
    const collector = createCollector();
    await collector.post([at(Date.parse("2026-11-22T02:59:59.999Z")), at(Date.parse("2026-11-22T03:00:00Z"))]);
    expect(collector.stored().map(({ event_date, event_hour }) => [event_date, event_hour])).toEqual([
      ["2026-11-21", "23"],
      ["2026-11-22", "00"],
    ]);
  });

  it("has one token whichever way its CPF is written, another in another chain", async () => {
    const collector = createCollector();
    await collector.post([purchase(1), purchase(2, { cpf: "52998224725" })]);
    await collector.post(purchase(3), { tenantId: "mercado-verde" });
    const [a, b, c] = collector.stored().map(({ cpf }) => cpf);
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });

  it("counts its letters, not their bytes: 64 emoji are a store, 65 are not", async () => {
    expect(await rejectionOf(purchase(1, { store_id: "🛒".repeat(64) }))).toBeUndefined();
    expect(await rejectionOf(purchase(1, { store_id: "🛒".repeat(65) }))).toMatchObject({
      code: "SCHEMA",
      path: "/store_id",
    });
  });
});

describe("an event that is none of the contract is rejected with its path", () => {
  it.each<[string, unknown, string]>([
    ["an unknown attribute", purchase(1, { colour: "red" }), "/colour"],
    ["a CPF as an attribute's name", purchase(1, { "529.982.247-25": 1 }), "/529.982.247-25"],
    ["a slash in an attribute's name", purchase(1, { "a/b~c": 1 }), "/a~1b~0c"],
    ["an endless attribute's name", purchase(1, { ["x".repeat(9_000)]: 1 }), `/${"x".repeat(64)}…`],
    [
      "a price in words",
      purchase(1, { items: [{ sku: "1", quantity: 1, unit_price: "1,99" }] }),
      "/items/0/unit_price",
    ],
    ["a null quantity", purchase(1, { items: [{ sku: "1", quantity: null, unit_price: 1 }] }), "/items/0/quantity"],
    ["a quantity of nothing", purchase(1, { items: [{ sku: "1", quantity: 0, unit_price: 1 }] }), "/items/0/quantity"],
    ["a negative price", purchase(1, { items: [{ sku: "1", quantity: 1, unit_price: -0.01 }] }), "/items/0/unit_price"],
    ["0.1 + 0.2", purchase(1, { items: [{ sku: "1", quantity: 0.1 + 0.2, unit_price: 1 }] }), "/items/0/quantity"],
    ["1e-7", purchase(1, { items: [{ sku: "1", quantity: 1e-7, unit_price: 1 }] }), "/items/0/quantity"],
    ["no items", purchase(1, { items: [] }), "/items"],
    ["501 items", purchase(1, { items: itemsOf(501) }), "/items"],
    ["an empty store", purchase(1, { store_id: "" }), "/store_id"],
    ["a missing store", { ...purchase(1), store_id: undefined }, "/store_id"],
    ["a null CPF", purchase(1, { cpf: null }), "/cpf"],
    ["ten digits of a CPF", purchase(1, { cpf: "5299822472" }), "/cpf"],
    ["a CPF as its event_id", purchase(1, { event_id: "529.982.247-25" }), "/event_id"],
    ["a lone surrogate", purchase(1, { store_id: "\ud800" }), "/store_id"],
    ["30 February", purchase(1, { occurred_at: "2026-02-30T10:00:00Z" }), "/occurred_at"],
    ["a time without an offset", purchase(1, { occurred_at: "2026-11-22T10:00:00" }), "/occurred_at"],
    ["an offset of a day", purchase(1, { occurred_at: "2026-11-22T10:00:00+24:00" }), "/occurred_at"],
    ["another type of event", purchase(1, { event_type: "__proto__" }), "/event_type"],
    ["a region of nowhere", purchase(1, { region: "none" }), "/region"],
    ["our own stamp", purchase(1, { schema_version: 1 }), "/schema_version"],
    ["an event in an array", [purchase(1)], ""],
    ["a null", null, ""],
    ["a text", "text as an event", ""],
    ["events in an envelope", { events: [purchase(1)] }, "/event_id"],
  ])("%s", async (_, event, path) => {
    const rejection = await rejectionOf(typeof event === "string" ? JSON.stringify([event]) : event);
    expect(rejection).toMatchObject({ code: "SCHEMA", path });
    expect(rejection!.message.length).toBeGreaterThan(5);
  });

  it.each([
    ["__proto__", '{"__proto__": {"cpf": "52998224725"}, "constructor": 1}'],
    ["1e400", JSON.stringify([purchase(1)]).replace("19.9", "1e400")],
    [
      "a duplicate key whose last value is wrong",
      JSON.stringify(purchase(1)).replace("{", '{"store_id":"a",').replace('"loja-7"', "7"),
    ],
  ])("%s", async (_, text) => {
    expect(await rejectionOf(text)).toMatchObject({ code: "SCHEMA" });
  });

  it("a grant that names no channel, and a shopper who has no name for us", async () => {
    const shopper = { ...purchase(1), items: undefined };
    expect(await rejectionOf({ ...shopper, event_type: "consent_granted" }, "shopper")).toMatchObject({
      path: "/channel",
    });
    expect(await rejectionOf({ ...shopper, event_type: "consent_revoked" }, "shopper")).toBeUndefined();
    const nobody = { ...shopper, event_type: "updated", cpf: undefined };
    expect(await rejectionOf(nobody, "shopper")).toMatchObject({ message: "must have cpf or loyalty_id" });
  });
});

describe("the reason for a rejection", () => {
  it("is the CPF's digits when only they are wrong", async () => {
    expect(await rejectionOf(purchase(1, { cpf: "529.982.247-26" }))).toMatchObject({
      code: "CPF_DIGITS",
      path: "/cpf",
    });
    expect(await rejectionOf(purchase(1, { cpf: "11111111111" }))).toMatchObject({ code: "CPF_DIGITS" });
  });

  it("is its time when that is more than 10 minutes ahead or 400 days ago, to the millisecond", async () => {
    for (const edge of [NOW + AHEAD_MILLISECONDS, NOW - AGE_MILLISECONDS])
      expect(await rejectionOf(at(edge))).toBeUndefined();
    for (const beyond of [
      NOW + AHEAD_MILLISECONDS + 1,
      NOW - AGE_MILLISECONDS - 1,
      Date.parse("2036-01-01T00:00:00Z"),
      0,
    ]) {
      expect(await rejectionOf(at(beyond))).toMatchObject({ code: "EVENT_TIME_RANGE", path: "/occurred_at" });
    }
  });

  it("is the tenant in its body, before anything else that is wrong with it", async () => {
    expect(await rejectionOf({ ...purchase(1), tenant_id: TENANT })).toMatchObject({
      code: "TENANT_IN_BODY",
      path: "/tenant_id",
    });
    expect(await rejectionOf({ tenant_id: null })).toMatchObject({ code: "TENANT_IN_BODY" });
  });

  it("is its size at one byte over 256 KiB stamped, and not at 256 KiB", async () => {
    const items = itemsOf(500).map((item, index) => ({ ...item, name: index < 280 ? "🛒".repeat(200) : "Arroz" }));
    const collector = createCollector();
    await collector.post(purchase(1, { items }));
    const short = Buffer.byteLength(collector.lines()[0]!) - 1;
    // Longer skus make up the difference, a byte a letter.
    const filled = (bytes: number) => {
      let missing = bytes - short;
      const longer = items.map((item) => {
        const more = Math.min(60, missing);
        missing -= more;
        return { ...item, sku: item.sku + "s".repeat(more) };
      });
      expect(missing).toBe(0);
      return purchase(1, { items: longer });
    };
    expect(EVENT_BYTES - short).toBeGreaterThan(0);
    expect(await rejectionOf(filled(EVENT_BYTES - 1))).toBeUndefined();
    expect(await rejectionOf(filled(EVENT_BYTES))).toBeUndefined();
    expect(await rejectionOf(filled(EVENT_BYTES + 1))).toMatchObject({ code: "EVENT_TOO_LARGE" });
  });

  it("is its size also when the rest is wrong too, and never the size of spaces", async () => {
    expect(await rejectionOf({ note: "x".repeat(EVENT_BYTES) })).toMatchObject({ code: "EVENT_TOO_LARGE" });
    expect(await rejectionOf(JSON.stringify(purchase(1)).replace("{", `{${" ".repeat(EVENT_BYTES)}`))).toBeUndefined();
  });
});

describe("whatever is sent", () => {
  const mangled = fc
    .tuple(fc.constantFrom(...Object.keys(purchase()), "region", "loyalty_id", "tenant_id", "x"), fc.jsonValue())
    .map(([name, value]) => ({ ...purchase(), [name]: value }));
  const anyEvent = fc.oneof(
    fc.jsonValue(),
    mangled,
    fc.integer({ min: 1, max: 99 }).map((number) => purchase(number)),
  );

  it("every event is stored or kept, never both, never neither, in its place", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { maxLength: 6 }), async (events) => {
        const collector = createCollector();
        const answer = told(await collector.post(events));
        const rejected = answer.rejected.map(({ index }) => index);
        expect(answer.accepted).toBe(collector.lines().length);
        expect(rejected).toHaveLength(collector.quarantined.length);
        expect(answer.accepted + rejected.length).toBe(events.length);
        const kept = await Promise.all(collector.quarantined.map((line) => open(line)));
        expect(kept.map((text) => JSON.parse(text))).toEqual(
          rejected.map((index) => JSON.parse(JSON.stringify(events[index]))),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("nothing that a client wrote stands in the clear in quarantine, or in a count", async () => {
    const secret = fc.stringMatching(/^[A-Z]{12}$/);
    await fc.assert(
      fc.asyncProperty(secret, fc.constantFrom("key", "value", "id", "inner"), async (word, where) => {
        const event = {
          key: { ...purchase(), [word]: 1 },
          value: purchase(1, { occurred_at: word, store_id: word }),
          id: purchase(1, { event_id: word }),
          inner: purchase(1, { items: [{ sku: "1", quantity: 1, unit_price: 1, [word]: word }] }),
        }[where];
        const collector = createCollector();
        await collector.post(event);
        expect(collector.quarantined).toHaveLength(1);
        expect(JSON.stringify({ ...JSON.parse(collector.quarantined[0]!), sealed: "" })).not.toContain(word);
        expect(await open(collector.quarantined[0]!)).toContain(word);
      }),
      { numRuns: 40 },
    );
  });

  it("is judged alike however deeply it nests", async () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const collector = createCollector();
    const answer = told(await collector.post(`[${deep},{"event_id":${deep}},${JSON.stringify(purchase(9))}]`));
    expect(answer.accepted).toBe(1);
    expect(answer.rejected.map(({ index, event_id }) => [index, event_id])).toEqual([
      [0, null],
      [1, null],
    ]);
    expect(await open(collector.quarantined[0]!)).toBe(deep);
    expect(uuid(9)).toBe(collector.stored()[0]!.event_id);
  });
});
