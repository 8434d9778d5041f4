// A CPF has one form, eleven digits, and its last two are computed from the others: a mistyped one is known at the door.

/** The eleven digits of a CPF written with or without dots and hyphen; undefined when it has another shape. */
export function normaliseCpf(text: string): string | undefined {
  const digits = text.replace(/[.-]/g, "");
  return /^[0-9]{11}$/.test(digits) ? digits : undefined;
}

/** Whether eleven digits end in the right check digits. Eleven equal ones do too, but are nobody's CPF. */
export function hasValidCpfDigits(digits: string): boolean {
  if (digits.length !== 11 || digits === digits.charAt(0).repeat(11)) return false;
  return digits.endsWith(cpfCheckDigits(digits.slice(0, 9)));
}

/** The two check digits of a CPF's first nine. */
export function cpfCheckDigits(nine: string): string {
  const first = checkDigit(nine, 10);
  return `${first}${checkDigit(`${nine}${first}`, 11)}`;
}

/** The digits weighted from `weight` down to 2, modulo 11. */
function checkDigit(digits: string, weight: number): number {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) sum += (digits.charCodeAt(at) - 48) * (weight - at);
  const rest = sum % 11;
  return rest < 2 ? 0 : 11 - rest;
}
