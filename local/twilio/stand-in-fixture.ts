// Twilio stand-ins for a test, and applications that they call: all of them are closed when the test is over.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import RequestClient from "twilio/lib/base/RequestClient";
import TwilioClient from "twilio/lib/rest/Twilio";
import type { MessageLife, TwilioFaults } from "./faults";
import { startTwilio, type TwilioOptions, type TwilioStandIn } from "./twilio";

export const accountSid = `AC${"0".repeat(32)}`;
export const authToken = "a-published-token";
export const noon = Date.parse("2026-11-23T12:00:00Z");
export const template = `HX${"a".repeat(32)}`;
export const valid = { To: "+5511987654321", From: "+551130000000", Body: "Oferta" };

/** A folder of the test's own. */
export let folder: string;
let opened: TwilioStandIn[];
let applications: Server[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "twilio-"));
  opened = [];
  applications = [];
});
afterEach(async () => {
  await Promise.all(opened.map((each) => each.close()));
  for (const server of applications) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

export async function twilioOf(options: Partial<TwilioOptions> = {}): Promise<TwilioStandIn> {
  const standIn = await startTwilio({ port: 0, accountSid, authToken, now: () => noon, ...options });
  opened.push(standIn);
  return standIn;
}

export const living = (life: MessageLife): TwilioFaults => ({ onCreate: () => ({ accepts: true, life }) });

export interface Received {
  readonly path: string;
  readonly form: Record<string, string>;
  readonly signature: string;
}

/** An application that keeps what is posted to it. */
export async function application(status = 204): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push({
      path: request.url ?? "",
      form: Object.fromEntries(new URLSearchParams(body)),
      signature: String(request.headers["x-twilio-signature"]),
    });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  applications.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

export function clientOf(standIn: TwilioStandIn): TwilioClient {
  const requests = new RequestClient();
  const httpClient = {
    request: (options: Parameters<typeof requests.request>[0]) =>
      requests.request({ ...options, uri: options.uri.replace("https://api.twilio.com", standIn.url) }),
  };
  return new TwilioClient(accountSid, authToken, { httpClient: httpClient as unknown as RequestClient });
}

export const messagesUrl = (standIn: TwilioStandIn) => `${standIn.url}/2010-04-01/Accounts/${accountSid}/Messages.json`;

export async function post(standIn: TwilioStandIn, form: Record<string, string>, token = authToken) {
  const response = await fetch(messagesUrl(standIn), {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${token}`).toString("base64")}` },
    body: new URLSearchParams(form),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}
