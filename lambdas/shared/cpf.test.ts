import fc from "fast-check";
import { cpfCheckDigits, hasValidCpfDigits, normaliseCpf } from "./cpf";

const nineDigits = fc.stringMatching(/^[0-9]{9}$/);

describe("a CPF", () => {
  it.each(["529.982.247-25", "52998224725", "529982247-25"])("is the same written %s", (text) => {
    expect(normaliseCpf(text)).toBe("52998224725");
    expect(hasValidCpfDigits("52998224725")).toBe(true);
  });

  it("has exactly one pair of check digits", () => {
    fc.assert(
      fc.property(nineDigits, fc.integer({ min: 0, max: 99 }), (nine, pair) => {
        fc.pre(new Set(nine).size > 1);
        const digits = String(pair).padStart(2, "0");
        expect(hasValidCpfDigits(nine + cpfCheckDigits(nine))).toBe(true);
        expect(hasValidCpfDigits(nine + digits)).toBe(digits === cpfCheckDigits(nine));
      }),
    );
  });

  it("is known to be mistyped when a digit is wrong", () => {
    for (let at = 0; at < 11; at++) {
      const wrong = (Number("52998224725"[at]) + 1) % 10;
      expect(hasValidCpfDigits(`${"52998224725".slice(0, at)}${wrong}${"52998224725".slice(at + 1)}`)).toBe(false);
    }
  });

  it("is nobody's when all its digits are equal", () => {
    for (const digit of "0123456789") expect(hasValidCpfDigits(digit.repeat(11))).toBe(false);
  });

  it.each(["5299822472", "529982247255", "529 982 247 25", "５２９９８２２４７２５", "", "5299822472x"])(
    "is not %j",
    (text) => {
      expect(normaliseCpf(text)).toBeUndefined();
    },
  );
});
