// The errors of Twilio's REST API, in its words and its JSON shape.

/** An answer that refuses the request. */
export interface TwilioError {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

/** The body that Twilio sends with an error. */
export function errorBody({ status, code, message }: TwilioError): object {
  return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
}

export const authenticate: TwilioError = { status: 401, code: 20003, message: "Authenticate" };

export function notFound(path: string): TwilioError {
  return { status: 404, code: 20404, message: `The requested resource ${path} was not found` };
}
