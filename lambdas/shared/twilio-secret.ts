// Twilio's account and tokens come from the secret alone, and an unfilled secret is named without being quoted.

/** Twilio's account and token; `previousAuthToken` still signs callbacks while the token is being rotated. */
export type TwilioCredentials = {
  readonly accountSid: string;
  readonly authToken: string;
  readonly previousAuthToken?: string;
};

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** The credentials in the secret's text. */
export function readTwilioSecret(text: string | undefined): TwilioCredentials {
  let secret: Record<string, unknown> = {};
  try {
    secret = Object(JSON.parse(text ?? ""));
  } catch {}
  const { account_sid: accountSid, auth_token: authToken, previous_auth_token: previous } = secret;
  if (!isText(accountSid) || !isText(authToken)) {
    throw new Error('The twilio secret is not {"account_sid","auth_token"}: fill it before anything can be sent.');
  }
  return { accountSid, authToken, ...(isText(previous) ? { previousAuthToken: previous } : {}) };
}

/** The tokens under which a callback may be signed: the one in use, and during a rotation the one before it. */
export const signingTokens = ({ authToken, previousAuthToken }: TwilioCredentials): readonly string[] =>
  previousAuthToken === undefined ? [authToken] : [authToken, previousAuthToken];
