import { canonicalPhone, isTextable, phoneForms } from "./phone";

describe("a phone", () => {
  test("has one form whether or not its ninth digit was written", () => {
    expect(canonicalPhone("+551187654321")).toBe("+5511987654321");
    expect(canonicalPhone("+5511987654321")).toBe("+5511987654321");
    expect(canonicalPhone("+551133334444")).toBe("+551133334444");
  });

  test("is looked for in every form in which it may have been stored", () => {
    const both = ["+5511987654321", "+551187654321"];
    for (const form of both) expect(new Set(phoneForms(form))).toEqual(new Set(both));
    expect(phoneForms("+14155550123")).toEqual(["+14155550123"]);
  });

  test.each([
    ["a mobile", "+5511987654321", true],
    ["an old mobile", "+551187654321", true],
    ["a foreign number", "+14155550123", true],
    ["a landline", "+551133334444", false],
    ["too short", "+551198765", false],
    ["too long", "+55119876543210", false],
    ["nine digits that do not begin with 9", "+5511387654321", false],
    ["no country code", "11987654321", false],
    ["words", "+55 (11) 98765-4321", false],
  ])("is texted only when an SMS can reach it: %s", (_, number, textable) => {
    expect(isTextable(number)).toBe(textable);
  });
});
