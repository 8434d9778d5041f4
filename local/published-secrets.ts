// The secrets of the local environment. They are published on purpose: with the same key, tokens (and so OUT) are the
// same in every run on every machine, and they open nothing anywhere else.

/** HKDF input of every chain's token key: 32 bytes, base64. */
export const LOCAL_TOKEN_KEY = Buffer.from("mercafacil local token key 00001").toString("base64");

/** The account of the Twilio stand-in. */
export const LOCAL_TWILIO = {
  account_sid: "AC00000000000000000000000000000000",
  auth_token: "00000000000000000000000000000000",
} as const;

/** What each secret of the local environment holds, by the last part of its name. */
export const publishedSecrets: Readonly<Record<string, string>> = {
  tokens: JSON.stringify({ token_key: LOCAL_TOKEN_KEY }),
  twilio: JSON.stringify(LOCAL_TWILIO),
};
