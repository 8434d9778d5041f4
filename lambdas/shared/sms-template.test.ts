import fc from "fast-check";
import { SMS_TEMPLATES } from "../../environments/sms-templates";
import { smsSegments } from "./gsm7";
import { messageText } from "./message-text";
import { MAXIMUM_CHAIN, MAXIMUM_NAME, templateProblems } from "./sms-template";

test("every template of the environments may be sent by", () => {
  expect(Object.values(SMS_TEMPLATES).flatMap(templateProblems)).toEqual([]);
});

test.each([
  ["{chain}: {offers}. Sem saida.", "names no word that opts out"],
  ["{chain}: SAIR para sair.", "has no {offers}"],
  ["{offers}. SAIR para sair.", "has no {chain}"],
  ["{chain}: {offers}, {price}. SAIR para sair.", "names {price}, which is not known"],
  ["{chain}: {offers} {offers}. SAIR para sair.", "names {offers} twice"],
  ["{chain}: {offers. SAIR para sair.", "has a brace"],
  ["{chain}: {offers}. Olá! SAIR para não receber.", "without accents"],
  ["{chain}: {offers}.  SAIR  para sair.", "without accents"],
  [`{chain}: {offers}. SAIR para sair. ${"a".repeat(200)}`, "too long"],
])("%s is refused", (template, problem) => {
  expect(templateProblems(template).join("; ")).toContain(problem);
});

test("opting out counts as a whole word, in any of the words that are honoured", () => {
  expect(templateProblems("{chain}: {offers}. Saire.")).toEqual(["names no word that opts out"]);
  for (const word of ["STOP", "PARE", "cancelar"]) expect(templateProblems(`{chain}: {offers}. ${word}!`)).toEqual([]);
});

test("whatever passes leaves room for three of the longest names of the longest chain, in two segments", () => {
  const names = [1, 2, 3].map((n) => ({ sku: String(n), name: String(n).repeat(MAXIMUM_NAME) }));
  const words = fc.stringMatching(/^[A-Za-z0-9,.!]{0,12}$/);
  fc.assert(
    fc.property(fc.array(words, { maxLength: 30 }), (some) => {
      const template = `{chain} ${some.filter(Boolean).join(" ")} {offers} SAIR`.replaceAll(/ +/g, " ");
      fc.pre(templateProblems(template).length === 0);
      const text = messageText(template, "c".repeat(MAXIMUM_CHAIN), "2026-11-23", names);
      for (const { name } of names) expect(text).toContain(name);
      expect(smsSegments(text)).toBeLessThanOrEqual(2);
    }),
  );
});
