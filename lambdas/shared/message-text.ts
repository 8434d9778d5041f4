// What the shopper reads: the chain, the day's offers by name and the way out, in plain Portuguese, in at most two
// SMS segments whatever the catalogue calls its products.
import { foldToGsm7 } from "./gsm7";

/** An offer of an OUT line, as far as the message needs it. */
export type NamedOffer = { readonly sku: string; readonly name: string };

/** Two segments of GSM-7 hold 2 × 153 septets. */
const MAXIMUM_SEPTETS = 306;
const MAXIMUM_NAME = 36;
const MAXIMUM_CHAIN = 32;

function shortened(name: string): string {
  const plain = foldToGsm7(name);
  return plain.length <= MAXIMUM_NAME ? plain : `${plain.slice(0, MAXIMUM_NAME - 1).trimEnd()}.`;
}

/** The text of one shopper's offers: as many of them, best first, as two segments hold. */
export function messageText(tenantId: string, offerDate: string, offers: readonly NamedOffer[]): string {
  const [, month, day] = offerDate.split("-");
  const opening = `${foldToGsm7(tenantId).slice(0, MAXIMUM_CHAIN)}: ofertas para voce hoje, ${day}/${month}: `;
  const closing = ". Responda SAIR para nao receber mais.";
  let listed = "";
  for (const offer of offers) {
    const name = shortened(offer.name) || foldToGsm7(offer.sku);
    const next = listed === "" ? name : `${listed}; ${name}`;
    if (opening.length + next.length + closing.length > MAXIMUM_SEPTETS) break;
    listed = next;
  }
  return opening + listed + closing;
}
