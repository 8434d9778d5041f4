// Every SMS leaves in GSM-7, where a segment holds 160 characters and not the 70 that one accent would leave:
// letters lose their accents, and what has no plain form is left out.

/** Characters of the GSM 03.38 basic set, one septet each. */
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Characters of its extension table, two septets each. */
const EXTENDED = new Set("^{}\\[~]|€\f");

/** Plain forms of what Unicode does not decompose, and of the ASCII that would cost two septets or is not in the set. */
const PLAIN: Readonly<Record<string, string>> = {
  ª: "a",
  º: "o",
  "°": "o",
  "–": "-",
  "—": "-",
  "−": "-",
  "‘": "'",
  "’": "'",
  "´": "'",
  "`": "'",
  "“": '"',
  "”": '"',
  "…": "...",
  "•": "-",
  "×": "x",
  "½": "1/2",
  "¼": "1/4",
  "¾": "3/4",
  "€": "EUR",
  "£": "GBP",
  "®": "",
  "™": "",
  "©": "",
  ß: "ss",
  æ: "ae",
  Æ: "AE",
  œ: "oe",
  Œ: "OE",
  ø: "o",
  Ø: "O",
  "[": "(",
  "{": "(",
  "]": ")",
  "}": ")",
  "~": "-",
  "|": "/",
  "\\": "/",
  "^": "",
};

/** The text in printable ASCII of the GSM-7 basic set, one septet a character, blanks joined. */
export function foldToGsm7(text: string): string {
  const unaccented = text.normalize("NFD").replace(/\p{M}/gu, "");
  let folded = "";
  for (const character of unaccented) {
    const plain = PLAIN[character] ?? character;
    folded += /\s/.test(plain) ? " " : plain.replace(/[^\x20-\x7e]/g, "");
  }
  return folded.replace(/ {2,}/g, " ").trim();
}

function septetsPerSegment(text: string): number | undefined {
  let segments = 1;
  let used = 0;
  let total = 0;
  for (const character of text) {
    const septets = BASIC.has(character) ? 1 : EXTENDED.has(character) ? 2 : 0;
    if (septets === 0) return undefined;
    total += septets;
    // A character of two septets is never split between segments.
    if (used + septets > 153) {
      segments += 1;
      used = 0;
    }
    used += septets;
  }
  return total <= 160 ? 1 : segments;
}

/** How many SMS segments a text is billed as: 160/153 septets in GSM-7, 70/67 code units in UCS-2. */
export function smsSegments(text: string): number {
  return septetsPerSegment(text) ?? (text.length <= 70 ? 1 : Math.ceil(text.length / 67));
}
