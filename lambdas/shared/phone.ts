// One phone has one form: Brazil's ninth digit is put where it belongs, and a number that no SMS can reach is known
// before it costs anything.

const E164 = /^\+[1-9]\d{7,14}$/;
const BRAZILIAN = /^\+55(\d{2})(\d{8,9})$/;

/** Brazilian mobile numbers have nine digits beginning with 9; the old eight-digit form began with 6 to 9. */
const OLD_MOBILE = /^[6-9]\d{7}$/;
const MOBILE = /^9\d{8}$/;

/** The area code of a Brazilian number, or undefined for any other. */
export const dddOf = (phone: string): string | undefined => BRAZILIAN.exec(phone)?.[1];

/** Whether a number is Brazilian by its country code. */
export const isBrazilian = (phone: string): boolean => phone.startsWith("+55");

/** The one form in which a number is dialled: an old eight-digit Brazilian mobile gets its ninth digit. */
export function canonicalPhone(phone: string): string {
  const [, ddd, subscriber] = BRAZILIAN.exec(phone) ?? [];
  return ddd && subscriber && OLD_MOBILE.test(subscriber) ? `+55${ddd}9${subscriber}` : phone;
}

/** Every form in which a number may have been stored: as given, with the ninth digit and without. */
export function phoneForms(phone: string): string[] {
  const canonical = canonicalPhone(phone);
  const [, ddd, subscriber] = BRAZILIAN.exec(canonical) ?? [];
  const old = ddd && subscriber && MOBILE.test(subscriber) && OLD_MOBILE.test(subscriber.slice(1));
  return [...new Set(old ? [phone, canonical, `+55${ddd}${subscriber.slice(1)}`] : [phone, canonical])];
}

/** Whether an SMS can be addressed to it: E.164, and in Brazil a mobile (a landline takes no SMS). */
export function isTextable(phone: string): boolean {
  if (!E164.test(phone)) return false;
  if (!isBrazilian(phone)) return true;
  const subscriber = BRAZILIAN.exec(canonicalPhone(phone))?.[2];
  return subscriber !== undefined && MOBILE.test(subscriber);
}
