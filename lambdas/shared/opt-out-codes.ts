// Codes by which Twilio says that a shopper no longer wants messages; each is a STOP, whoever was asked.
// Source: https://www.twilio.com/docs/api/errors

/** 21610: the recipient replied STOP to this sender. 63014: the recipient blocked this WhatsApp sender. */
const OPT_OUT_CODES: ReadonlySet<number> = new Set([21610, 63014]);

/** Whether a code is a shopper's STOP. */
export const isOptOutCode = (code: number): boolean => OPT_OUT_CODES.has(code);
