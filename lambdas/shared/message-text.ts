// What the shopper reads: the chain's template filled with the day's offers by name, in plain letters and in at most two
// SMS segments whatever the catalogue calls its products.
import { foldToGsm7 } from "./gsm7";
import { MAXIMUM_CHAIN, MAXIMUM_NAME, MAXIMUM_SEPTETS } from "./sms-template";

/** An offer of an OUT line, as far as the message needs it. */
export type NamedOffer = { readonly sku: string; readonly name: string };

function shortened(name: string): string {
  const plain = foldToGsm7(name);
  return plain.length <= MAXIMUM_NAME ? plain : `${plain.slice(0, MAXIMUM_NAME - 1).trimEnd()}.`;
}

/** The text of one shopper's offers: as many of them, best first, as two segments hold. */
export function messageText(
  template: string,
  tenantId: string,
  offerDate: string,
  offers: readonly NamedOffer[],
): string {
  const [, month, day] = offerDate.split("-");
  // Split first: no name of a chain or product is taken for a variable.
  const parts = template.split(/(\{chain\}|\{date\}|\{offers\})/);
  const values: Readonly<Record<string, string>> = {
    "{chain}": foldToGsm7(tenantId).slice(0, MAXIMUM_CHAIN),
    "{date}": `${day}/${month}`,
  };
  const fill = (listed: string) =>
    parts.map((part) => (part === "{offers}" ? listed : (values[part] ?? part))).join("");
  let listed = "";
  for (const offer of offers) {
    const name = shortened(offer.name) || foldToGsm7(offer.sku);
    const next = listed === "" ? name : `${listed}; ${name}`;
    if (fill(next).length > MAXIMUM_SEPTETS) break;
    listed = next;
  }
  return fill(listed);
}
