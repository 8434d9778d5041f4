// Checks the form of a new message as Twilio does: the first thing wrong is the answer.
// Codes: https://www.twilio.com/docs/api/errors. Parameters: https://www.twilio.com/docs/messaging/api/message-resource
import { checkContent } from "./message-content";
import { refusal, type TwilioError } from "./twilio-error";

/** The fields of a POST to Messages.json. */
export type MessageForm = Readonly<Record<string, string>>;

const e164 = /^\+[1-9]\d{7,14}$/;
// Brazil: two digits of area, then a landline of eight digits from 2–5, or a mobile of eight from 6–9 or of nine from 9.
const brazilian = /^\+55[1-9]\d(?:(?<landline>[2-5]\d{7})|[6-9]\d{7}|9\d{8})$/;
const alphanumericSender = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/;
const messagingService = /^MG[0-9a-f]{32}$/;
const whatsApp = "whatsapp:";
const maxCallbackUrl = 4000;
const maxValidityPeriod = 36_000;

/** Whether an address is one of WhatsApp. */
export const isWhatsApp = (address: string | undefined): boolean => address?.startsWith(whatsApp) ?? false;

/** The number of an address, without its channel. */
export const numberOf = (address: string): string => (isWhatsApp(address) ? address.slice(whatsApp.length) : address);

/** Undefined if Twilio would take it. `senders`: the account's numbers and messaging services, if they are known. */
export function checkMessageForm(form: MessageForm, senders?: readonly string[]): TwilioError | undefined {
  return (
    checkRecipient(form) ??
    checkSender(form, senders) ??
    checkContent(form) ??
    checkValidity(form) ??
    checkCallback(form)
  );
}

function checkRecipient({ To: to }: MessageForm): TwilioError | undefined {
  if (!to) return refusal(21604, "A 'To' phone number is required.");
  const number = numberOf(to);
  const mobile = number.startsWith("+55") ? brazilian.exec(number) : e164.exec(number);
  if (mobile === null) return refusal(21211, `Invalid 'To' Phone Number: ${masked(to)}`);
  if (mobile.groups?.landline && !isWhatsApp(to)) {
    return refusal(21614, `'To' number is not a valid mobile number: ${masked(to)}`);
  }
  return undefined;
}

function checkSender(form: MessageForm, senders?: readonly string[]): TwilioError | undefined {
  const { To: to = "", From: from, MessagingServiceSid: service } = form;
  if (!from && !service) return refusal(21603, "A 'From' phone number is required.");
  if (service && !messagingService.test(service)) {
    return refusal(21705, "The Messaging Service Sid is invalid");
  }
  if (service && senders && !senders.includes(service)) {
    return refusal(21701, `The Messaging Service ${service} does not exist`);
  }
  if (!from) return undefined;
  if (!e164.test(numberOf(from)) && !alphanumericSender.test(from)) {
    return refusal(21212, `Invalid From Number (caller ID): ${masked(from)}`);
  }
  if (isWhatsApp(from) !== isWhatsApp(to)) {
    return refusal(21910, "Invalid From and To pair. From and To should be of the same channel");
  }
  if (from === to) {
    return isWhatsApp(to)
      ? refusal(63031, "Channels message cannot have same From and To")
      : refusal(21266, "'To' and 'From' number cannot be the same");
  }
  // With a messaging service, From picks one of its own senders.
  if (service || !senders || senders.includes(from)) return undefined;
  return isWhatsApp(from)
    ? refusal(63007, "Twilio could not find a Channel with the specified From address")
    : refusal(
        21606,
        `The 'From' phone number ${from} is not a valid, SMS-capable inbound phone number for your account.`,
      );
}

function checkValidity({ ValidityPeriod: validity }: MessageForm): TwilioError | undefined {
  if (validity === undefined) return undefined;
  const isValid = /^\d{1,5}$/.test(validity) && Number(validity) >= 1 && Number(validity) <= maxValidityPeriod;
  return isValid ? undefined : refusal(21624, `ValidityPeriod must be between 1 and ${maxValidityPeriod} seconds`);
}

function checkCallback({ StatusCallback: callback }: MessageForm): TwilioError | undefined {
  if (callback === undefined) return undefined;
  const url = URL.canParse(callback) ? new URL(callback) : undefined;
  const isValid = url && /^https?:$/.test(url.protocol) && callback.length <= maxCallbackUrl && !/\s/.test(callback);
  return isValid ? undefined : refusal(21609, "The 'StatusCallback' URL is not a valid URL.");
}

/** Twilio's errors show a number's beginning only. */
function masked(number: string): string {
  return `${number.slice(0, 5)}${"X".repeat(Math.max(0, number.length - 5))}`;
}
