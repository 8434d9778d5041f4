import type { Switches } from "../shared/control";
import { shopperOf } from "../shared/out-file-fixture";
import { decideLine, NO_PAST, type Past, type SendingRules, type Shopper } from "./decide-line";
import { isHeldOut } from "./hold-out";
import { SETTINGS } from "./settings-fixture";

const NOON = Date.parse("2026-11-23T15:00:00Z");
const SUNDAY_NOON = Date.parse("2026-11-22T15:00:00Z");
/** One of the first shoppers whom 5 % of rede-azul hold out. */
const heldOut = [...Array(1_000).keys()].map(shopperOf).find((shopper) => isHeldOut("rede-azul", shopper, 0.05))!;
const line = {
  recommendationId: "r",
  tenantId: "rede-azul",
  shopperId: "s",
  offerDate: "2026-11-23",
  offers: [{ sku: "1", name: "Café" }],
};
const shopper: Shopper = {
  phone: "+5511987654321",
  phoneToken: "p",
  consents: { sms: true, whatsapp: false },
  optedOut: false,
  onAllowList: false,
};
const switches: Switches = {
  stopped: false,
  circuitUntil: 0,
  circuitOpen: false,
  circuitProbing: false,
  circuitRefusals: 0,
  dailyBrl: 100,
  spentBrl: 0,
  budgetRefused: false,
};
const rules: SendingRules = SETTINGS;

type Change = {
  readonly line?: Partial<typeof line>;
  readonly past?: Partial<Past>;
  readonly shopper?: Partial<Shopper>;
  readonly switches?: Partial<Switches>;
  readonly rules?: Partial<SendingRules>;
  readonly now?: number;
};

const decide = (change: Change = {}) =>
  decideLine(
    { ...line, ...change.line },
    { ...NO_PAST, ...change.past },
    { ...shopper, ...change.shopper },
    { ...switches, ...change.switches },
    { ...rules, ...change.rules },
    change.now ?? NOON,
  );

describe("a line", () => {
  test("whose shopper agreed, in the open window, within budget, is sent with the seconds left and its price", () => {
    const decision = decide();
    expect(decision).toMatchObject({ kind: "send", to: shopper.phone, secondsLeft: 6 * 3600, brl: 0.1 });
  });

  test("goes to a phone in the form in which it is dialled", () => {
    expect(decide({ shopper: { phone: "+551187654321" } })).toMatchObject({ to: "+5511987654321" });
  });

  test.each<[string, Change]>([
    ["no_offer", { line: { offers: [] } }],
    ["no_phone", { shopper: { phone: undefined } }],
    ["bad_phone", { shopper: { phone: "+551133334444" } }],
    ["no_consent", { shopper: { consents: { sms: false, whatsapp: false } } }],
    ["opted_out", { shopper: { optedOut: true } }],
    ["not_allowed", { rules: { recipients: "none" } }],
    ["not_allowed", { rules: { recipients: "allowlist" } }],
  ])("that may not be messaged is recorded as such whatever the hour: %s", (reason, change) => {
    expect(decide(change)).toEqual({ kind: "suppress", reason });
    expect(decide({ ...change, now: SUNDAY_NOON, switches: { stopped: true } })).toEqual({ kind: "suppress", reason });
  });

  test("of a shopper on the allow-list is sent where only those are", () => {
    expect(decide({ rules: { recipients: "allowlist" }, shopper: { onAllowList: true } }).kind).toBe("send");
  });

  test.each<[string, Change]>([
    ["not_open_yet", { now: Date.parse("2026-11-23T11:59:59Z") }],
    ["window_closed", { now: Date.parse("2026-11-23T21:00:00Z") }],
    ["not_a_sending_day", { rules: { holidays: new Set(["2026-11-23"]) } }],
    ["switch", { switches: { stopped: true } }],
    ["circuit", { switches: { circuitUntil: NOON + 1, circuitOpen: true } }],
    ["budget", { switches: { spentBrl: 100.01 } }],
    ["budget", { switches: { dailyBrl: 0 } }],
  ])("that may not be messaged now is left open: %s", (reason, change) => {
    expect(decide(change)).toEqual({ kind: "leave", reason });
  });

  test("of a held-out shopper is recorded when it would have been sent, and left open like any other until then", () => {
    const held = { line: { tenantId: "rede-azul", shopperId: heldOut }, rules: { holdOutShare: 0.05 } };
    expect(decide(held)).toEqual({ kind: "suppress", reason: "hold_out" });
    expect(decide({ ...held, now: SUNDAY_NOON })).toMatchObject({ kind: "leave" });
    expect(decide({ ...held, switches: { stopped: true } })).toEqual({ kind: "leave", reason: "switch" });
    expect(decide({ ...held, switches: { dailyBrl: 0 } })).toEqual({ kind: "leave", reason: "budget" });
    expect(decide({ ...held, shopper: { consents: { sms: false, whatsapp: false } } })).toEqual({
      kind: "suppress",
      reason: "no_consent",
    });
    expect(decide({ ...held, rules: { holdOutShare: 0 } }).kind).toBe("send");
  });

  test("may spend the last of the budget, and be tried when the circuit has cooled", () => {
    expect(decide({ switches: { spentBrl: 100 } }).kind).toBe("send");
    expect(decide({ switches: { circuitUntil: NOON, circuitOpen: true } }).kind).toBe("send");
  });
});
