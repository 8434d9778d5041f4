// The time zones in which a Brazilian number may live, by its area code (DDD): where one code spans two zones both
// are named and both must be open; an area code that is not here is unknown and gets the strictest hours.
// Source: Anatel's area codes (Resolução 263/2001) joined with the IANA zones of their states.

const zones = (ddds: readonly number[], names: readonly string[]): (readonly [string, readonly string[]])[] =>
  ddds.map((ddd) => [String(ddd), names] as const);

/** Area code → IANA zones. */
export const ZONES_BY_DDD: ReadonlyMap<string, readonly string[]> = new Map([
  ...zones([11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 24, 27, 28], ["America/Sao_Paulo"]),
  ...zones([31, 32, 33, 34, 35, 37, 38, 41, 42, 43, 44, 45, 46, 47, 48, 49], ["America/Sao_Paulo"]),
  ...zones([51, 53, 54, 55, 61, 62, 64], ["America/Sao_Paulo"]),
  ...zones([63], ["America/Araguaina"]),
  ...zones([65, 66], ["America/Cuiaba"]),
  ...zones([67], ["America/Campo_Grande"]),
  ...zones([68], ["America/Rio_Branco"]),
  ...zones([69], ["America/Porto_Velho"]),
  ...zones([71, 73, 74, 75, 77], ["America/Bahia"]),
  ...zones([79, 82], ["America/Maceio"]),
  ...zones([81], ["America/Recife", "America/Noronha"]),
  ...zones([87], ["America/Recife"]),
  ...zones([83, 84, 85, 86, 88, 89, 98, 99], ["America/Fortaleza"]),
  ...zones([91, 94], ["America/Belem"]),
  ...zones([93], ["America/Santarem"]),
  ...zones([92], ["America/Manaus"]),
  ...zones([95], ["America/Boa_Vista"]),
  ...zones([96], ["America/Belem"]),
  ...zones([97], ["America/Manaus", "America/Eirunepe"]),
]);

/** The zone in which a day ends last. */
export const LAST_ZONE = "America/Rio_Branco";

/** One zone for each of Brazil's four offsets: a number that could live in any of them waits until all are open. */
export const STRICTEST_ZONES: readonly string[] = ["America/Noronha", "America/Sao_Paulo", "America/Manaus", LAST_ZONE];
