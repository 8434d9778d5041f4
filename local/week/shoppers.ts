// Who shops in the made-up week: most can be messaged, and each reason why one cannot is there at least once.
import { below, happens, oneOf } from "../made-up/draw";
import { cpfOf, phoneOf } from "../made-up/person";
import { type Chain, chains, type Product } from "./catalogue";

/** What a shopper allowed: SMS, WhatsApp only, SMS and then no longer, everything and then nothing, or never asked. */
export type Consent = "sms" | "whatsapp" | "sms revoked" | "all revoked" | "none";

/** A made-up shopper of one chain. */
export interface Shopper {
  readonly chain: Chain;
  readonly number: number;
  readonly cpf?: string;
  readonly loyaltyId?: string;
  readonly phone?: string;
  readonly name: string;
  readonly consent: Consent;
  readonly favourites: readonly Product[];
  /** Visits in the week; the last shopper of each chain only registers. */
  readonly visits: number;
}

const firstNames = [
  "Ana",
  "Bruno",
  "Carla",
  "Diego",
  "Elisa",
  "Fábio",
  "Gabriela",
  "Heitor",
  "Íris",
  "João",
  "Lúcia",
  "Marcos",
] as const;
const lastNames = ["Almeida", "Barbosa", "Cardoso", "Duarte", "Esteves", "Ferreira", "Gonçalves", "Moraes"] as const;
const shoppersPerChain = [30, 22] as const;

/** Shopper 3 of the second chain is shopper 0 of the first: one person, who must stay two strangers to the chains. */
const personOf = (place: number, number: number) => (place === 1 && number === 3 ? 0 : place * 1000 + number);

const consentOf = (number: number): Consent => {
  const rare: Record<number, Consent> = {
    5: "whatsapp",
    8: "sms revoked",
    11: "all revoked",
    14: "none",
    19: "whatsapp",
  };
  return rare[number] ?? "sms";
};

const shopper = (place: number, number: number): Shopper => {
  const chain = chains[place];
  if (!chain) throw new Error(`there is no chain ${place}`);
  const person = personOf(place, number);
  const last = number === (shoppersPerChain[place] ?? 0) - 1;
  const withoutCpf = number === 6 || number === 16;
  const withoutPhone = number === 9;
  // Shopper 13 gave the phone of shopper 12: one phone gets one message.
  const phone = phoneOf("week", personOf(place, number === 13 ? 12 : number));
  return {
    chain,
    number,
    name: `${oneOf(firstNames, "first", person)} ${oneOf(lastNames, "last", person)}`,
    consent: consentOf(number),
    favourites: [0, 1, 2, 3, 4].map((favourite) => oneOf(chain.products, "favourite", chain.name, number, favourite)),
    visits: last ? 0 : 6 + below(8, "visits", chain.name, number),
    ...(!withoutCpf && { cpf: cpfOf(person) }),
    ...((withoutCpf || happens(0.7, "loyalty", chain.name, number)) && {
      loyaltyId: `${chain.name.slice(0, 3)}-${70_000 + number}`,
    }),
    ...(!withoutPhone && { phone }),
  };
};

/** Every shopper of the week. */
export const shoppers: readonly Shopper[] = shoppersPerChain.flatMap((count, place) =>
  Array.from({ length: count }, (_, number) => shopper(place, number)),
);
