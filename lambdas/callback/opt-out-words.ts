// A shopper who asks to stop is understood however it is typed: case, accents, punctuation and what follows the word
// do not matter. The way back is the word alone: nobody is messaged again for a sentence that only begins like it.

const OUT: ReadonlySet<string> = new Set(["STOP", "SAIR", "PARE", "PARAR", "CANCELAR", "DESCADASTRAR"]);
/** SIM and YES are not among them: they answer whatever was asked last, which may not have been this. */
const BACK: ReadonlySet<string> = new Set(["START", "UNSTOP", "VOLTAR"]);

const wordsOf = (body: string): readonly string[] =>
  body
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toUpperCase()
    .match(/[A-Z0-9]+/g) ?? [];

/** The opt-out word with which a message begins, or undefined when it does not ask to stop. */
export function optOutWord(body: string): string | undefined {
  const [first] = wordsOf(body);
  return first !== undefined && OUT.has(first) ? first : undefined;
}

/** The opt-in word that a message consists of, or undefined when it is anything else. */
export function optInWord(body: string): string | undefined {
  const [only, ...more] = wordsOf(body);
  return only !== undefined && more.length === 0 && BACK.has(only) ? only : undefined;
}
