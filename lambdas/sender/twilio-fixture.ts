// An HTTP server that answers as Twilio's message resource does and counts what it was asked.
import { createServer, type ServerResponse } from "node:http";

/** A message that was asked for: its form fields. */
export type Asked = Readonly<Record<string, string>>;

/** What to answer: a status with a JSON body and headers, `reset` the connection, or never answer. */
export type TwilioAnswer =
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  | "reset"
  | "silence";

/** The server; `answer` may be replaced at any time. */
export type TwilioFixture = {
  readonly url: string;
  readonly asked: Asked[];
  readonly authorizations: string[];
  answer: (asked: Asked, count: number) => TwilioAnswer;
  readonly stop: () => Promise<void>;
};

/** An accepted message with a SID made from a count. */
export const accepted = (count: number): TwilioAnswer => ({
  status: 201,
  body: { sid: `SM${String(count).padStart(32, "0")}`, status: "queued", num_segments: "1" },
});

/** A refusal as Twilio words it. */
export const refused = (status: number, code: number): TwilioAnswer => ({
  status,
  body: { code, message: "The number +5511900000000 is bad", more_info: "", status },
});

function respond(response: ServerResponse, answer: TwilioAnswer): void {
  if (answer === "silence") return;
  if (answer === "reset") {
    response.socket?.destroy();
    return;
  }
  response.writeHead(answer.status, { "Content-Type": "application/json", ...answer.headers });
  response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
}

/** Starts the server on a free loopback port. */
export async function startTwilioFixture(): Promise<TwilioFixture> {
  const asked: Asked[] = [];
  const authorizations: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString("utf8")));
      asked.push({ ...form, path: request.url ?? "" });
      authorizations.push(request.headers.authorization ?? "");
      respond(response, fixture.answer(form, asked.length));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const fixture: TwilioFixture = {
    url: `http://127.0.0.1:${port}`,
    asked,
    authorizations,
    answer: (_, count) => accepted(count),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return fixture;
}
