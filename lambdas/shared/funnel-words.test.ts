import { byOrderOf, inWords, partsOfState, REASON_WORDS, STATE_WORDS } from "./funnel-words";
import { EXPIRY_REASONS, SUPPRESSION_REASONS, TRANSITIONS } from "./line-states";

test("every end of a line and every reason for it has words, and there are no others", () => {
  const states = Object.keys(TRANSITIONS).filter((state) => state !== "ABSENT");
  expect(Object.keys(STATE_WORDS).sort()).toEqual(states.sort());
  expect(Object.keys(REASON_WORDS).sort()).toEqual([...SUPPRESSION_REASONS, ...EXPIRY_REASONS].sort());
});

test("a name that has no words stands for itself, whatever it is", () => {
  expect(["DELIVERED", "NEW", "constructor"].map((name) => inWords(STATE_WORDS, name))).toEqual([
    "delivered",
    "NEW",
    "constructor",
  ]);
});

test("known names come in their order, others after them by name", () => {
  expect(["b", "EXPIRED", "a", "SENT", "DELIVERED"].sort(byOrderOf(STATE_WORDS))).toEqual([
    "DELIVERED",
    "SENT",
    "EXPIRED",
    "a",
    "b",
  ]);
});

test.each([
  ["SENT", { state: "SENT" }],
  ["SUPPRESSED(no_offer)", { state: "SUPPRESSED", reason: "no_offer" }],
  ["<b>(x", { state: "<b>(x" }],
])("%j is taken apart", (text, parts) => {
  expect(partsOfState(text)).toEqual(parts);
});
