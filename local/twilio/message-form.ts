// Checks the form of a new message as Twilio does: the first thing wrong is the answer.
import type { TwilioError } from "./twilio-error";

/** The fields of a POST to Messages.json. */
export type MessageForm = Readonly<Record<string, string>>;

const e164 = /^\+[1-9]\d{7,14}$/;
// Brazil: two digits of area, then a landline of eight digits from 2–5, or a mobile of eight from 6–9 or of nine from 9.
const brazilian = /^\+55[1-9]\d(?:(?<landline>[2-5]\d{7})|[6-9]\d{7}|9\d{8})$/;
const alphanumericSender = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/;
const maxBody = 1600;
const maxValidityPeriod = 36_000;

/** Undefined if Twilio would take it. `senders`: the account's numbers, if they are known. */
export function checkMessageForm(form: MessageForm, senders?: readonly string[]): TwilioError | undefined {
  const { To: to, From: from, Body: body, ValidityPeriod: validity, StatusCallback: callback } = form;
  const hasSender = from || form.MessagingServiceSid;
  if (!to) return bad(21604, "A 'To' phone number is required.");
  if (!hasSender) return bad(21603, "A 'From' phone number is required.");
  if (!body && !form.ContentSid && !form.MediaUrl) return bad(21602, "Message body is required.");
  const mobile = to.startsWith("+55") ? brazilian.exec(to) : e164.exec(to);
  if (mobile === null) return bad(21211, `Invalid 'To' Phone Number: ${masked(to)}`);
  if (mobile.groups?.landline) return bad(21614, `'To' number is not a valid mobile number: ${masked(to)}`);
  if (from && !e164.test(from) && !alphanumericSender.test(from)) {
    return bad(21212, `Invalid From Number (caller ID): ${masked(from)}`);
  }
  if (from && from === to) return bad(21266, "'To' and 'From' number cannot be the same");
  if (from && senders && !senders.includes(from)) {
    return bad(
      21606,
      `The 'From' phone number ${from} is not a valid, SMS-capable inbound phone number for your account.`,
    );
  }
  if (body && body.length > maxBody)
    return bad(21617, "The concatenated message body exceeds the 1600 character limit");
  if (validity !== undefined && !isWhole(validity, 1, maxValidityPeriod)) {
    return bad(21623, `ValidityPeriod must be between 1 and ${maxValidityPeriod} seconds`);
  }
  if (callback !== undefined && !URL.canParse(callback))
    return bad(21609, "The 'StatusCallback' URL is not a valid URL.");
  return undefined;
}

function bad(code: number, message: string): TwilioError {
  return { status: 400, code, message };
}

function isWhole(text: string, min: number, max: number): boolean {
  return /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max;
}

/** Twilio's errors show a number's beginning only. */
function masked(number: string): string {
  return `${number.slice(0, 5)}${"X".repeat(Math.max(0, number.length - 5))}`;
}
