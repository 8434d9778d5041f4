// What shoppers read on WhatsApp: words that are approved there under a SID, kept here so that they are judged and shown.
import type { WhatsAppWords } from "../lambdas/shared/whatsapp-template";

/** The day's offers of a chain. The SID is Twilio's, of the environment's own account. */
export const OFFERS_ON_WHATSAPP: WhatsAppWords = {
  contentSid: "HX00000000000000000000000000000001",
  variables: ["chain", "date", "offers"],
  text: "Olá! O {{1}} separou ofertas para você hoje, {{2}}: {{3}}. Responda SAIR para não receber mais.",
};
