// Posts to a loopback listener with the path exactly as given: no client library may normalise `..` or re-encode it.
import { Agent, request } from "node:http";

/** What came back. */
export interface PostAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfterSeconds?: number;
}

export interface PostClient {
  post(path: string, writeKey: string, body: string): Promise<PostAnswer>;
  close(): void;
}

// API Gateway takes 10,240 bytes of request line and headers; a listener that refuses more may hang up mid-request.
const MAXIMUM_HEAD_BYTES = 10_240;

/** A client of the listener on `port` that keeps its connections. */
export const createPostClient = (port: number): PostClient => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  return {
    post: (path, writeKey, body) =>
      new Promise((resolve, reject) => {
        const tooLong = path.length > MAXIMUM_HEAD_BYTES;
        const outgoing = request({
          agent,
          host: "127.0.0.1",
          port,
          method: "POST",
          path,
          headers: {
            Authorization: `Bearer ${writeKey}`,
            "Content-Type": "application/json",
            "Content-Length": Buffer.byteLength(body),
          },
        });
        outgoing.on("response", (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.on("error", reject);
          incoming.on("end", () => {
            const retryAfter = Number(incoming.headers["retry-after"]);
            resolve({
              status: incoming.statusCode ?? 0,
              body: Buffer.concat(chunks).toString("utf8"),
              ...(retryAfter >= 0 && { retryAfterSeconds: retryAfter }),
            });
          });
        });
        outgoing.on("error", (error) => (tooLong ? resolve({ status: 431, body: "" }) : reject(error)));
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
};
