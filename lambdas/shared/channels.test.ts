import type { Channel } from "./channels";
import { channelsAfter, channelsOf, letsNextTry } from "./channels";

const BOTH: readonly Channel[] = ["whatsapp", "sms"];

test("a chain has an order of its own or that of every other chain", () => {
  const orders = new Map<string, readonly Channel[]>([
    ["*", ["sms"]],
    ["rede-azul", BOTH],
  ]);
  expect(channelsOf(orders, "rede-azul")).toEqual(["whatsapp", "sms"]);
  expect(channelsOf(orders, "rede-verde")).toEqual(["sms"]);
  expect(channelsAfter(BOTH, "whatsapp")).toEqual(["sms"]);
  expect(channelsAfter(BOTH, "sms")).toEqual([]);
});

test.each([
  ["whatsapp", 63003, true],
  ["whatsapp", 63024, true],
  // A STOP, a pause of some days, the account's own fault, the number's fault everywhere, and another channel's code.
  ["whatsapp", 63014, false],
  ["whatsapp", 63049, false],
  ["whatsapp", 63018, false],
  ["whatsapp", 63016, false],
  ["whatsapp", 21211, false],
  ["whatsapp", 21614, false],
  ["whatsapp", null, false],
  ["whatsapp", undefined, false],
  // Nothing comes after SMS here.
  ["sms", 21614, false],
] as const)("of %s then SMS, %s with code %s lets SMS try: %s", (failed, code, tries) => {
  expect(letsNextTry(BOTH, failed, code)).toBe(tries);
});

test.each([
  [21614, true],
  [30005, true],
  [30006, true],
  [21610, false],
  [21211, false],
  [30003, false],
  [30008, false],
  [63024, false],
])("of SMS then WhatsApp, code %s lets WhatsApp try: %s", (code, tries) => {
  expect(letsNextTry(["sms", "whatsapp"], "sms", code)).toBe(tries);
  expect(letsNextTry(["sms"], "sms", code)).toBe(false);
});
