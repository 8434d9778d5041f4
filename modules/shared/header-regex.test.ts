import fc from "fast-check";
import { numberAbove } from "./header-regex";

const above = (limit: number, text: string) => new RegExp(numberAbove(limit)).test(text);

test("a number is above a limit exactly when arithmetic says so", () => {
  const limit = fc.oneof(fc.nat(2_000), fc.constantFrom(9, 99, 4_000_000, 65_536, 899));
  fc.assert(
    fc.property(limit, fc.nat(20_000_000), fc.nat(3), (most, number, zeros) => {
      expect(above(most, "0".repeat(zeros) + String(number))).toBe(number > most);
    }),
  );
  for (const most of [0, 9, 10, 4_000_000]) {
    expect(above(most, String(most))).toBe(false);
    expect(above(most, String(most + 1))).toBe(true);
  }
});

test.each(["", "x", "-5000000", "5e9", "5000000.5", " 5000000", "5000000 "])(
  "%j is no number above anything",
  (text) => {
    expect(above(4_000_000, text)).toBe(false);
  },
);
