// What is made up looks like the real thing: CPFs with right check digits, mobile phones, UUIDs, always the same.
import { hasValidCpfDigits, normaliseCpf } from "../../lambdas/shared/cpf";
import { below, fraction, happens, oneOf, uuid } from "./draw";
import { cpfOf, phoneOf, punctuated } from "./person";

test("the same words give the same thing, other words another", () => {
  expect(uuid("a", 1)).toBe("135f17a4-75a6-4afd-aeaf-3759ad2e45ad");
  expect(uuid("a", 2)).not.toBe(uuid("a", 1));
  expect(fraction("ab", "c")).not.toBe(fraction("a", "bc"));
});

test("draws spread evenly and stay in their range", () => {
  const draws = Array.from({ length: 5000 }, (_, place) => below(10, place));
  for (let value = 0; value < 10; value += 1) {
    const count = draws.filter((draw) => draw === value).length;
    expect(count).toBeGreaterThan(400);
    expect(count).toBeLessThan(600);
  }
  expect(Array.from({ length: 5000 }, (_, place) => happens(0.2, place)).filter(Boolean).length).toBeCloseTo(1000, -2);
  expect(() => oneOf([], "x")).toThrow("nothing to choose");
});

test("a made-up CPF has right check digits, and no two people share one", () => {
  const cpfs = Array.from({ length: 5000 }, (_, person) => cpfOf(person));
  expect(new Set(cpfs).size).toBe(5000);
  expect(cpfs.filter((cpf) => !/^\d{11}$/.test(cpf) || !hasValidCpfDigits(cpf))).toEqual([]);
  expect(normaliseCpf(punctuated(cpfOf(7)))).toBe(cpfOf(7));
  expect(() => cpfOf(-1)).toThrow("not -1");
});

test("a made-up phone is a Brazilian mobile number", () => {
  for (let person = 0; person < 200; person += 1) expect(phoneOf(person)).toMatch(/^\+55(11|19|21|41|81|92)99\d{7}$/);
});
