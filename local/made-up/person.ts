// Makes up the numbers of a person who does not exist: a CPF with right check digits, a mobile phone of a real area.
import { cpfCheckDigits } from "../../lambdas/shared/cpf";
import { below, oneOf } from "./draw";

/** Area codes (DDD) of the cities where the made-up shoppers live: São Paulo, Campinas, Rio, Curitiba, Recife, Manaus. */
const areaCodes = ["11", "19", "21", "41", "81", "92"] as const;

/** The CPF of the person with this number (0 to 99,999,999): 11 digits, another one for each number. */
export const cpfOf = (person: number): string => {
  if (!Number.isInteger(person) || person < 0 || person > 99_999_999)
    throw new Error(`a person's number is a whole number from 0 to 99999999, not ${person}`);
  const nine = `9${String((person * 57_649 + 1_234_567) % 100_000_000).padStart(8, "0")}`;
  return nine + cpfCheckDigits(nine);
};

/** A CPF as people write it: 123.456.789-09. */
export const punctuated = (cpf: string): string => cpf.replace(/^(\d{3})(\d{3})(\d{3})(\d{2})$/, "$1.$2.$3-$4");

/** The mobile phone of a person, E.164, from words that are the person's own. */
export const phoneOf = (...words: readonly (string | number)[]): string => {
  const number = 90_000_000 + below(10_000_000, "phone", ...words);
  return `+55${oneOf(areaCodes, "area", ...words)}9${number}`;
};
