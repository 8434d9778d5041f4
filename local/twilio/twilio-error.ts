// The errors of Twilio's REST API, in its words and its JSON shape.

/** An answer that refuses the request; without a code it is the HTTP server's own, which says nothing of Twilio's. */
export interface TwilioError {
  readonly status: number;
  readonly code?: number;
  readonly message: string;
}

/** The body that Twilio sends with an error. */
export function errorBody({ status, code, message }: TwilioError): object {
  if (code === undefined) return { message, status };
  return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
}

/** The answer to a request whose parameters are wrong. */
export const refusal = (code: number, message: string): TwilioError => ({ status: 400, code, message });

export const authenticate: TwilioError = { status: 401, code: 20003, message: "Authenticate" };
export const brokenInside: TwilioError = { status: 500, code: 20500, message: "Internal Server Error" };
export const methodNotAllowed: TwilioError = { status: 405, code: 20004, message: "Method not allowed" };
/** The recipient sent STOP to this sender. */
export const optedOut: TwilioError = refusal(21610, "Attempt to send to unsubscribed recipient");

export function notFound(path: string): TwilioError {
  return { status: 404, code: 20404, message: `The requested resource ${path} was not found` };
}

const wordings: ReadonlyMap<number, string> = new Map([
  [20003, authenticate.message],
  [20005, "Account not active"],
  [20403, "Forbidden"],
  [20429, "Too Many Requests"],
  [20500, brokenInside.message],
  [20503, "Service Unavailable"],
  [21211, "Invalid 'To' Phone Number"],
  [21408, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number"],
  [21610, optedOut.message],
  [21611, "This 'From' number has exceeded the maximum number of queued messages"],
  [21614, "'To' number is not a valid mobile number"],
  [63016, "Failed to send freeform message because you are outside the allowed window"],
]);

/** An error by its HTTP status and code, as a script of faults names it. */
export const errorOf = (status: number, code?: number): TwilioError => ({
  status,
  ...(code !== undefined && { code }),
  message: (code === undefined ? undefined : wordings.get(code)) ?? `Error ${code ?? status}`,
});
