import fc from "fast-check";
import { SMS_TEMPLATES } from "../../environments/sms-templates";
import { foldToGsm7, smsSegments } from "./gsm7";
import { messageText } from "./message-text";

const offers = (names: readonly string[]) => names.map((name, index) => ({ sku: `sku-${index}`, name }));

const TEMPLATE = SMS_TEMPLATES["*"]!;

describe("a message", () => {
  test("names the chain, the day, the offers and the way out", () => {
    const text = messageText(
      TEMPLATE,
      "rede-azul",
      "2026-11-23",
      offers(["Café Pilão 500 g", "Açúcar União", "Pão francês"]),
    );
    expect(text).toContain("rede-azul");
    expect(text).toContain("23/11");
    expect(text).toContain("Cafe Pilao 500 g; Acucar Uniao; Pao frances");
    expect(text).toContain("SAIR");
    expect(smsSegments(text)).toBe(1);
  });

  test("fits in two plain segments whatever the catalogue calls its products", () => {
    const name = fc.string({ unit: "binary", maxLength: 300 });
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
        const text = messageText(TEMPLATE, "a".repeat(32), "2026-11-23", offers(names));
        expect(text).toMatch(/^[\x20-\x7e]+$/);
        expect(smsSegments(text)).toBeLessThanOrEqual(2);
        expect(text).toContain("SAIR");
      }),
    );
  });

  test("says a chain's own words, and takes no name for a variable", () => {
    const text = messageText("{offers} da {chain}. PARE sai.", "{date}", "2026-11-23", offers(["{chain} $& $1"]));
    expect(text).toBe("(chain) $& $1 da (date). PARE sai.");
  });

  test("loses accents, typographic signs and what has no plain form, never its words", () => {
    expect(foldToGsm7("Pão de queijo – 1½ kg “especial” 🍞\n(nº 1)")).toBe('Pao de queijo - 11/2 kg "especial" (no 1)');
    expect(foldToGsm7("a~[b]{c}|d\\e^f€g")).toBe("a-(b)(c)/d/efEURg");
  });

  test.each([
    ["160 septets", "a".repeat(160), 1],
    ["161 septets", "a".repeat(161), 2],
    ["306 septets", "a".repeat(306), 2],
    ["307 septets", "a".repeat(307), 3],
    ["80 signs of two septets", "€".repeat(80), 1],
    ["a sign of two septets is not split", `${"a".repeat(152)}€${"a".repeat(152)}`, 3],
    ["70 characters with one outside GSM-7", `${"a".repeat(69)}ã`, 1],
    ["71 characters with one outside GSM-7", `${"a".repeat(70)}ã`, 2],
  ])("is billed by segments: %s", (_, text, segments) => {
    expect(smsSegments(text)).toBe(segments);
  });
});
