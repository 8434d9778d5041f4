// Twilio's account and token come from the secret alone, and an unfilled secret is named without being quoted.

/** Twilio's account and token. */
export type TwilioCredentials = { readonly accountSid: string; readonly authToken: string };

/** The credentials in the secret's text. */
export function readTwilioSecret(text: string | undefined): TwilioCredentials {
  let secret: Record<string, unknown> = {};
  try {
    secret = Object(JSON.parse(text ?? ""));
  } catch {}
  const { account_sid: accountSid, auth_token: authToken } = secret;
  if (typeof accountSid !== "string" || typeof authToken !== "string" || !accountSid || !authToken) {
    throw new Error('The twilio secret is not {"account_sid","auth_token"}: fill it before anything can be sent.');
  }
  return { accountSid, authToken };
}
