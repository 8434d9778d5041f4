import { readTwilioSecret, signingTokens } from "./twilio-secret";

const secret = (more: object) => readTwilioSecret(JSON.stringify({ account_sid: "AC1", auth_token: "new", ...more }));

test("during a rotation callbacks may be signed with either token, and requests are made with the new one", () => {
  const rotating = secret({ previous_auth_token: "old" });
  expect(signingTokens(rotating)).toEqual(["new", "old"]);
  expect(rotating.authToken).toBe("new");
  expect(signingTokens(secret({}))).toEqual(["new"]);
});

test.each([[""], [null], [7]])("a previous token that is none lets nobody in: %p", (previous) => {
  expect(signingTokens(secret({ previous_auth_token: previous }))).toEqual(["new"]);
});

test.each([[undefined], ["{}"], ["not JSON"], ['{"account_sid":"AC1","auth_token":""}']])(
  "a secret that is not filled is named, never quoted: %p",
  (text) => {
    expect(() => readTwilioSecret(text)).toThrow(/^The twilio secret is not \{"account_sid","auth_token"\}/);
  },
);
