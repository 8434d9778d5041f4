// Posts what Twilio posts to an application, signed as Twilio signs it.
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks";

/** A signed request to an application, ready to be posted. */
export interface Webhook {
  readonly url: string;
  readonly form: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Posts a webhook and gives the HTTP status; rejects when nobody answers. */
export type Deliver = (webhook: Webhook) => Promise<number>;

/** Signs with HMAC-SHA1 over the URL as the application wrote it, fragment excluded, and the sorted fields. */
export function signedWebhook(authToken: string, url: string, form: Readonly<Record<string, string>>): Webhook {
  const [target = ""] = url.split("#");
  return {
    url: target,
    form,
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
      "user-agent": "TwilioProxy/1.1",
      "x-twilio-signature": getExpectedTwilioSignature(authToken, target, { ...form }),
    },
  };
}

/** Over HTTP; redirects are not followed. */
export const postWebhook: Deliver = async ({ url, form, headers }) => {
  const response = await fetch(url, { method: "POST", headers, body: new URLSearchParams(form), redirect: "manual" });
  await response.arrayBuffer();
  return response.status;
};
