// Checks what a new message says, as Twilio does: text, or a Content template with its variables.
import type { MessageForm } from "./message-form";
import { refusal, type TwilioError } from "./twilio-error";

const contentSid = /^HX[0-9a-fA-F]{32}$/;
const maxCharacters = 1600;

/** Undefined if Twilio would take it. */
export function checkContent(form: MessageForm): TwilioError | undefined {
  const { Body: body, ContentSid: content, ContentVariables: variables, MediaUrl: media } = form;
  if (variables && !content) return refusal(21654, "The ContentSid Parameter is Required");
  if (content) return checkTemplate(content, variables);
  if (!body && !media) return refusal(21619, "A text message body or media urls must be specified.");
  if (body && [...body].length > maxCharacters) {
    return refusal(21617, `The concatenated message body exceeds the ${maxCharacters} character limit`);
  }
  return undefined;
}

function checkTemplate(content: string, variables: string | undefined): TwilioError | undefined {
  if (!contentSid.test(content)) return refusal(21655, "The ContentSid is Invalid");
  if (!variables) return undefined;
  const values = valuesOf(variables);
  if (!values?.every(isUsable)) return refusal(21656, "The ContentVariables Parameter is invalid");
  const isLong = values.some((value) => [...value].length > maxCharacters);
  return isLong ? refusal(21658, "Parameter exceeded character limit") : undefined;
}

/** The variables' values, or undefined when they are not a JSON object of texts. */
function valuesOf(variables: string): string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(variables);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
    const values: unknown[] = Object.values(parsed);
    return values.every((value) => typeof value === "string") ? (values as string[]) : undefined;
  } catch {
    return undefined;
  }
}

/** WhatsApp takes no empty value, no line feed, no tab and no more than four spaces in a row. */
const isUsable = (value: string): boolean => value !== "" && !/[\n\r\t]| {5}/.test(value);
