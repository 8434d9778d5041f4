import fc from "fast-check";
import { formats, isDecimal, isExactInteger, isText } from "./validator-runtime";

/** The rule itself, on the number's shortest text. */
function fits(value: number): boolean {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e14) return false;
  const text = String(Math.abs(value));
  return !text.includes("e") && (text.split(".")[1] ?? "").length <= 4;
}

describe("a number", () => {
  it("is taken when its shortest text fits decimal(18,4), and only then", () => {
    const anyNumber = fc.oneof(
      fc.double(),
      fc
        .tuple(fc.integer({ min: -(10 ** 15), max: 10 ** 15 }), fc.integer({ min: 0, max: 8 }))
        .map(([n, scale]) => n / 10 ** scale),
      fc
        .tuple(fc.nat(10 ** 9), fc.integer({ min: 1, max: 6 }))
        .map(([n, scale]) => Number(`99999${n}.${"0".repeat(scale - 1)}1`)),
    );
    fc.assert(
      fc.property(anyNumber, (value) => {
        expect(isDecimal(value)).toBe(fits(value));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([0.1 + 0.2, 1e-7, 1e14, -1e14, Number.POSITIVE_INFINITY, Number.NaN, 0.00001, 1e21])(
    "is refused when it is %d",
    (value) => {
      expect(isDecimal(value)).toBe(false);
    },
  );

  it.each([0, -0, 0.0001, 19.99, 99_999_999_999_999, 1e13, 12_345_678_901.1234])("is taken when it is %d", (value) => {
    expect(isDecimal(value)).toBe(true);
  });

  it("is an integer only when a double says it exactly", () => {
    expect(isExactInteger(2 ** 53 - 1)).toBe(true);
    expect(isExactInteger(2 ** 53)).toBe(false);
  });
});

describe("a text", () => {
  it("is refused with a lone surrogate: two of them would get one token", () => {
    expect(isText("pão de açúcar 🛒")).toBe(true);
    expect(isText("\ud800")).toBe(false);
    expect(isText("a\udc00b")).toBe(false);
    expect(isText("a\u0000b")).toBe(true);
  });

  it("is an id only as a plain uuid", () => {
    expect(formats.uuid("7F0D3C5E-3d0e-4a53-9a9d-4a3c1b2d5e6f")).toBe(true);
    for (const text of [
      "urn:uuid:7f0d3c5e-3d0e-4a53-9a9d-4a3c1b2d5e6f",
      "529.982.247-25",
      "7f0d3c5e3d0e4a539a9d4a3c1b2d5e6f",
      "",
    ]) {
      expect(formats.uuid(text)).toBe(false);
    }
  });
});
