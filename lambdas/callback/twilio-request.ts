// A request is Twilio's only when its signature is over exactly the URL that Twilio called and the parameters it sent:
// anything else learns nothing but 403.
import { validateRequest } from "twilio/lib/webhooks/webhooks";

/** The part of an API Gateway proxy event that says what was called and with what. */
export type SignedRequest = {
  readonly headers: Readonly<Record<string, string | undefined>> | null;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
  readonly requestContext: { readonly domainName?: string; readonly path: string; readonly stage?: string };
  readonly pathParameters: Readonly<Record<string, string | undefined>> | null;
};

/** Form parameters; a name that is given twice has all its values. */
export type Parameters = Readonly<Record<string, string | string[]>>;

const headerOf = ({ headers }: SignedRequest, name: string): string | undefined => {
  for (const [key, value] of Object.entries(headers ?? {})) if (key.toLowerCase() === name) return value;
  return undefined;
};

/** The form of a request's body. */
export function parametersOf({ body, isBase64Encoded }: SignedRequest): Parameters {
  const text = isBase64Encoded ? Buffer.from(body ?? "", "base64").toString("utf8") : (body ?? "");
  const form = new URLSearchParams(text);
  const parameters: Record<string, string | string[]> = Object.create(null);
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name);
    parameters[name] = values.length === 1 ? values[0]! : values;
  }
  return parameters;
}

/** The claim in the path, whether or not the gateway decoded it. */
export function claimOf({ pathParameters }: SignedRequest): string {
  const claim = pathParameters?.claim ?? "";
  try {
    return decodeURIComponent(claim);
  } catch {
    return claim;
  }
}

/** The spellings in which Twilio may have been given this URL: as the gateway shows it, and as we encode a claim. */
function publicUrls(request: SignedRequest): string[] {
  const { domainName, path } = request.requestContext;
  const origin = `${headerOf(request, "x-forwarded-proto") ?? "https"}://${domainName}`;
  const claim = claimOf(request);
  const encoded = claim ? [path.slice(0, path.lastIndexOf("/") + 1) + encodeURIComponent(claim)] : [];
  return [...new Set([path, ...encoded])].map((spelling) => origin + spelling);
}

/** Whether a request bears Twilio's signature under one of our auth tokens. */
export function isTwilios(request: SignedRequest, parameters: Parameters, authTokens: readonly string[]): boolean {
  const signature = headerOf(request, "x-twilio-signature");
  if (!signature || !request.requestContext.domainName) return false;
  return authTokens.some((token) =>
    publicUrls(request).some((url) => validateRequest(token, signature, url, parameters)),
  );
}
