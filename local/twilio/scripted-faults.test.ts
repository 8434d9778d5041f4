// A fault script hits whom and when it says, the same in every run.
import { phoneOf } from "../made-up/person";
import type { Effect, When } from "./fault-script";
import type { CreateFault, MessageLife } from "./faults";
import { scriptedFaults } from "./scripted-faults";

const NINE = Date.parse("2026-11-23T12:00:00Z");
const HOUR = 3_600_000;
const phones = Array.from({ length: 1000 }, (_, number) => phoneOf("faults", number));
const formOf = (to: string, from = "+551130000000") => ({ To: to, From: from, Body: "x" });

let machine: number;
beforeEach(() => {
  machine = 0;
});

const faultsOf = (rules: readonly (readonly [Effect, When?])[], seed = "1") =>
  scriptedFaults(
    {
      name: "a day",
      seed,
      rules: rules.map(([effect, when], place) => ({ name: `rule ${place}`, effect, ...(when && { when }) })),
    },
    { timeZone: "America/Sao_Paulo", realNow: () => machine },
  );

/** What becomes of one request a phone, in order. */
const play = (faults: ReturnType<typeof faultsOf>, numbers: readonly string[] = phones, nowMs = NINE): CreateFault[] =>
  numbers.map((to, place) => faults.onCreate?.(formOf(to), place, nowMs) as CreateFault);

const REFUSED: Effect = { answer: { http: 503 } };
const hit = ({ accepts }: CreateFault) => !accepts;
const lives = (faults: readonly CreateFault[]) => faults.map(({ life }) => life as MessageLife);

describe("a rule fits", () => {
  test("a share of the recipients, the same whatever the order, others with another seed", () => {
    const struck = (numbers: readonly string[], seed: string) => {
      const faults = play(faultsOf([[REFUSED, { share: 0.3 }]], seed), numbers);
      return numbers.filter((_, place) => hit(faults[place] as CreateFault));
    };
    const first = struck(phones, "1");
    expect(first.length).toBeGreaterThan(250);
    expect(first.length).toBeLessThan(350);
    expect(struck([...phones].reverse(), "1").reverse()).toEqual(first);
    expect(struck(phones, "2")).not.toEqual(first);
  });

  test("a shopper's number on WhatsApp as on SMS", () => {
    const [to = ""] = phones;
    const faults = faultsOf([[REFUSED, { recipients: [to] }]]);
    expect(faults.onCreate?.(formOf(`whatsapp:${to}`), 0, NINE)?.accepts).toBe(false);
    expect(faults.onCreate?.(formOf(phones[1] ?? ""), 1, NINE)?.accepts).toBe(true);
  });

  test.each<[string, When, readonly number[]]>([
    ["the first requests", { requests: { last: 3 } }, [1, 2, 3]],
    ["requests from one on", { requests: { first: 9 } }, [9, 10]],
    ["every third request from the second", { requests: { first: 2, every: 3 } }, [2, 5, 8]],
  ])("%s", (_, when, expected) => {
    const faults = play(faultsOf([[REFUSED, when]]), phones.slice(0, 10));
    expect(faults.flatMap((fault, place) => (hit(fault) ? [place + 1] : []))).toEqual(expected);
  });

  test("the first try of each number only", () => {
    const faults = faultsOf([[REFUSED, { tries: { last: 1 } }]]);
    const [one = "", other = ""] = phones;
    expect(play(faults, [one, other, one, other]).map(hit)).toEqual([true, true, false, false]);
  });

  test("from one time of the platform's clock until before another", () => {
    const faults = faultsOf([[REFUSED, { from: "09:00", until: "10:00" }]]);
    const at = (nowMs: number) => hit(play(faults, phones.slice(0, 1), nowMs)[0] as CreateFault);
    expect([NINE - 1, NINE, NINE + HOUR - 1, NINE + HOUR].map(at)).toEqual([false, true, true, false]);
  });

  test("a sender", () => {
    const faults = faultsOf([[REFUSED, { sender: "+551130000000" }]]);
    expect(faults.onCreate?.(formOf(phones[0] ?? ""), 0, NINE)?.accepts).toBe(false);
    expect(faults.onCreate?.(formOf(phones[0] ?? "", "+551140000000"), 1, NINE)?.accepts).toBe(true);
  });
});

describe("an effect", () => {
  const one = (effect: Effect) => play(faultsOf([[effect]]), phones.slice(0, 1))[0];

  test("answers with Twilio's code and Retry-After, and takes nothing unless it says so", () => {
    expect(one({ answer: { http: 429, code: 20429, retry_after_seconds: 7 } })).toMatchObject({
      accepts: false,
      answer: { status: 429, code: 20429, message: "Too Many Requests", headers: { "retry-after": "7" } },
    });
    expect(one({ answer: { http: 500, taken: true } })).toMatchObject({ accepts: true, answer: { status: 500 } });
  });

  test("resets before or after the message is taken", () => {
    expect(one({ reset: "before_taken" })).toMatchObject({ accepts: false, answer: "drop" });
    expect(one({ reset: "after_taken" })).toMatchObject({ accepts: true, answer: "drop" });
  });

  test("of the first rule that fits decides; another kind adds up", () => {
    const rules: [Effect][] = [[{ delay_ms: 5 }], [{ reset: "after_taken" }], [REFUSED], [{ delay_ms: 9 }]];
    expect(play(faultsOf(rules), phones.slice(0, 1))[0]).toMatchObject({ accepts: true, answer: "drop", delayMs: 5 });
  });

  test("suspends the account for a window", () => {
    const faults = faultsOf([[{ account: { http: 401, code: 20003 } }, { from: "09:00", until: "10:00" }]]);
    expect(faults.onAccount?.(NINE)).toMatchObject({ status: 401, code: 20003, message: "Authenticate" });
    expect(faults.onAccount?.(NINE + HOUR)).toBeUndefined();
  });

  test("limits the rate of each sender by the machine's second", () => {
    const faults = faultsOf([[{ rate: { per_second: 2, over: "refused" } }]]);
    const send = (from: string) => faults.onCreate?.(formOf(phones[0] ?? "", from), 0, NINE)?.accepts;
    expect(["a", "a", "a", "b"].map(send)).toEqual([true, true, false, true]);
    machine = 999;
    expect(send("a")).toBe(false);
    machine = 1000;
    expect(["a", "a", "a"].map(send)).toEqual([true, true, false]);
  });

  test("fails what was taken too fast", () => {
    const faults = play(faultsOf([[{ rate: { per_second: 1, over: "failed" } }]]), phones.slice(0, 2));
    expect(faults.map(({ accepts }) => accepts)).toEqual([true, true]);
    expect(lives(faults).map(({ statuses }) => statuses?.at(-1))).toEqual([
      undefined,
      { status: "failed", errorCode: 30001 },
    ]);
  });

  test("ends a message as the carrier does", () => {
    const statuses = (end: Effect["end"]) => one({ end })?.life?.statuses?.map(({ status }) => status);
    expect(statuses({ status: "undelivered", code: 30003 })).toEqual(["queued", "sent", "undelivered"]);
    expect(statuses({ status: "failed", code: 30002 })).toEqual(["queued", "failed"]);
    expect(statuses({ status: "sent" })).toEqual(["queued", "sent"]);
  });

  test("loses, repeats, delays and reverses callbacks", () => {
    const life = one({ callbacks: { statuses: ["delivered"], times: 3, delay_minutes: 2 } })?.life;
    expect(life?.onCallback?.({ status: "delivered" })).toEqual({ times: 3, laterMs: 120_000 });
    expect(life?.onCallback?.({ status: "sent" })).toEqual({});
    expect(one({ callbacks: { reversed: true } })?.life?.reversed).toBe(true);
  });

  test("lets a shopper answer", () => {
    expect(one({ inbound: { text: "SAIR", delay_minutes: 3 } })?.life?.reply).toEqual({
      text: "SAIR",
      laterMs: 180_000,
    });
  });
});
