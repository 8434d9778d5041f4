// Counts the segments of an SMS as carriers bill them: GSM-7 when every character has a place there, else UCS-2.

const gsm7 = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
// These take two places: an escape and themselves.
const gsm7Extension = new Set("\f^{}\\[~]|€");

export function segmentsOf(body: string): number {
  const characters = [...body];
  const isGsm7 = characters.every((character) => gsm7.has(character) || gsm7Extension.has(character));
  if (!isGsm7) return count(body.length, 70, 67);
  return count(characters.length + characters.filter((character) => gsm7Extension.has(character)).length, 160, 153);
}

/** A message of several segments loses places of each to its header. */
function count(places: number, alone: number, together: number): number {
  return places <= alone ? 1 : Math.ceil(places / together);
}
