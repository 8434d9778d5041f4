import fc from "fast-check";
import {
  createCollector,
  type Faults,
  Hang,
  NOW,
  purchase,
  TENANT,
  told,
  uuid,
  virtualPacing,
} from "./collector-fixture";
import { ANSWER_MILLISECONDS } from "./limits";

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
