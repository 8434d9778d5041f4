// The people of the small night, each of whom ends in a way of their own.
import { cpfOf, phoneOf } from "./made-up/person";

/** A person of the fixture. */
export interface Person {
  readonly chain: string;
  readonly cpf?: string;
  readonly loyalty?: string;
  readonly phone?: string;
  readonly name: string;
  readonly consents: readonly (readonly [type: string, channel?: string])[];
}

const granted = ["consent_granted", "sms"] as const;
const shared = phoneOf("fixture", "shared");

/** Everybody whose lines are good. */
export const people = {
  delivered: {
    chain: "mercado-a",
    cpf: cpfOf(701),
    phone: phoneOf("fixture", 1),
    name: "Zuleica Quaresma",
    consents: [granted],
  },
  byLoyalty: {
    chain: "mercado-a",
    cpf: cpfOf(702),
    loyalty: "CARTAO-77812-X",
    phone: phoneOf("fixture", 2),
    name: "Bonifácio Três-Rios",
    consents: [granted],
  },
  otherChain: {
    chain: "rede-b",
    cpf: cpfOf(701),
    phone: phoneOf("fixture", 3),
    name: "Zuleica Q. Outra",
    consents: [granted],
  },
  silent: {
    chain: "mercado-a",
    cpf: cpfOf(703),
    phone: phoneOf("fixture", 4),
    name: "Hermengarda Silente",
    consents: [],
  },
  revoked: {
    chain: "mercado-a",
    cpf: cpfOf(704),
    phone: phoneOf("fixture", 5),
    name: "Revogaldo Arrependido",
    consents: [granted, ["consent_revoked"]],
  },
  whatsappOnly: {
    chain: "rede-b",
    cpf: cpfOf(705),
    phone: phoneOf("fixture", 6),
    name: "Wanderlândia Zapata",
    consents: [["consent_granted", "whatsapp"]],
  },
  noPhone: { chain: "rede-b", cpf: cpfOf(706), name: "Telésforo Mudo", consents: [granted] },
  firstOfPhone: { chain: "rede-b", cpf: cpfOf(707), phone: shared, name: "Gemelina Primeira", consents: [granted] },
  secondOfPhone: { chain: "rede-b", cpf: cpfOf(708), phone: shared, name: "Gemelina Segunda", consents: [granted] },
} as const satisfies Record<string, Person>;

/** A shopper known only by what rejected lines said. */
export const rejectedPerson = { cpf: "987.654.321-99", phone: "+5511955550199", name: "Rejeitada da Silva Sauro" };
