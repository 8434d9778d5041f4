// A shopper who asks to stop is understood however it is typed: case, accents, punctuation and what follows the word
// do not matter.

const WORDS: ReadonlySet<string> = new Set(["STOP", "SAIR", "PARE", "PARAR", "CANCELAR", "DESCADASTRAR"]);

/** The opt-out word with which a message begins, or undefined when it does not ask to stop. */
export function optOutWord(body: string): string | undefined {
  const letters = body.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase();
  const first = /[A-Z0-9]+/.exec(letters)?.[0];
  return first !== undefined && WORDS.has(first) ? first : undefined;
}
