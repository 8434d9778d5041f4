import { ENVIRONMENTS } from "../../environments/all";
import { SMS_TEMPLATES } from "../../environments/sms-templates";
import { OFFERS_ON_WHATSAPP } from "../../environments/whatsapp-templates";
import { previewMessage, readPreviewOptions } from "./preview-message";

const read = (...args: readonly string[]) => readPreviewOptions(args, ENVIRONMENTS, "2026-11-23");
const messages = {
  smsTemplates: { ...SMS_TEMPLATES, "mercado-a": "{chain} tem {offers}. PARE sai." },
  pricePerSegmentBrl: 0.3,
  channels: { "*": ["sms"], "rede-c": ["whatsapp", "sms"] } as const,
  whatsapp: { "rede-c": { ...OFFERS_ON_WHATSAPP, sender: "whatsapp:+5511900000000" } },
  whatsappPriceBrl: 0.4,
};

test("a message is shown as it leaves, with what it costs", () => {
  const lines = previewMessage(read("--env", "dev", "--chain", "rede-b", "--offers", "Pão francês; Maçã"), messages);
  expect(lines[0]).toBe(
    "rede-b: ofertas para voce hoje, 23/11: Pao frances; Maca. Responda SAIR para nao receber mais.",
  );
  expect(lines.at(-1)).toBe("94 characters, 1 SMS segment, R$ 0.30");
});

test("a chain's own words are used, and long names cost a second segment", () => {
  const names = [1, 2, 3, 4, 5].map((n) => `Produto de nome muito comprido numero ${n}`).join(";");
  const lines = previewMessage(read("--env", "local", "--chain", "mercado-a", "--offers", names), messages);
  expect(lines[0]).toMatch(/^mercado-a tem Produto .* PARE sai\.$/);
  expect(lines.at(-1)).toContain("2 SMS segments, R$ 0.60");
});

test("every channel of the chain is shown, in the order in which they are tried", () => {
  const lines = previewMessage(read("--env", "dev", "--chain", "rede-c", "--offers", "Pão francês"), messages);
  expect(lines).toEqual([
    "Olá! O rede-c separou ofertas para você hoje, 23/11: Pão francês. Responda SAIR para não receber mais.",
    "",
    `WhatsApp, template ${OFFERS_ON_WHATSAPP.contentSid}, R$ 0.40`,
    "",
    "If that fails for good and the shopper agreed to it:",
    "",
    "rede-c: ofertas para voce hoje, 23/11: Pao frances. Responda SAIR para nao receber mais.",
    "",
    "88 characters, 1 SMS segment, R$ 0.30",
  ]);
});

test("a name that every object has is no chain's template", () => {
  expect(previewMessage(read("--env", "dev", "--chain", "constructor"), messages)[0]).toMatch(/^constructor: ofertas/);
});

test.each([
  [["--env", "mars", "--chain", "a"], "known are local, dev, staging, prod"],
  [["--env", "dev"], "--chain: received none"],
  [["--env", "dev", "--chain", "A B"], "--chain: received A B"],
  [["--env", "dev", "--chain", "a", "--date", "23/11"], "yyyy-MM-dd"],
  [["--env", "dev", "--chain", "a", "--offers", "a;;b"], "one to five names"],
  [["--env", "dev", "--chain", "a", "--offers", "a;b;c;d;e;f"], "one to five names"],
])("%j is refused with a sentence", (args, words) => {
  expect(() => read(...args)).toThrow(words);
});
