import fc from "fast-check";
import { cpfCheckDigits, hasValidCpfDigits, normaliseCpf } from "./cpf";

const nineDigits = fc.stringMatching(/^[0-9]{9}$/);

describe("a CPF", () => {
  it.each(["529.982.247-25", "52998224725", "529982247-25"])("is the same written %s", (text) => {
    expect(normaliseCpf(text)).toBe("52998224725");
    expect(hasValidCpfDigits("52998224725")).toBe(true);
  });

  it("is known to be mistyped when one digit is wrong", () => {
    fc.assert(
      fc.property(nineDigits, fc.nat(10), fc.integer({ min: 1, max: 9 }), (nine, at, shift) => {
        const right = nine + cpfCheckDigits(nine);
        fc.pre(hasValidCpfDigits(right));
        const digit = (Number(right[at]) + shift) % 10;
        expect(hasValidCpfDigits(`${right.slice(0, at)}${digit}${right.slice(at + 1)}`)).toBe(false);
      }),
    );
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
