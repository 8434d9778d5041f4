// One form POST over kept-alive connections, never repeated here: the caller alone knows what a second try would risk.
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

/** An HTTP answer with its body as text. */
export type HttpAnswer = {
  readonly statusCode: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};

/** The other side took too long; whether it acted is not known. */
export class RequestTimeout extends Error {
  readonly code = "TIMEOUT";
}

const MAXIMUM_ANSWER_BYTES = 1024 * 1024;

/** A poster with its own pool of `sockets` connections; the whole exchange takes at most `timeoutMs`. */
export function keepAlivePost(sockets: number, timeoutMs: number) {
  const options = { keepAlive: true, maxSockets: sockets };
  const agents = { "http:": new HttpAgent(options), "https:": new HttpsAgent(options) };

  return (address: string, headers: Readonly<Record<string, string>>, body: string): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const url = new URL(address);
      const secure = url.protocol === "https:";
      const length = { "Content-Length": String(Buffer.byteLength(body)) };
      const settings = { method: "POST", headers: { ...headers, ...length } };
      const request = secure
        ? httpsRequest(url, { ...settings, agent: agents["https:"] })
        : httpRequest(url, { ...settings, agent: agents["http:"] });
      const timer = setTimeout(() => request.destroy(new RequestTimeout("No answer in time.")), timeoutMs);
      const fail = (error: Error): void => {
        clearTimeout(timer);
        reject(error);
      };
      request.on("error", fail);
      request.on("response", (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAXIMUM_ANSWER_BYTES) response.destroy(new Error("The answer is too large."));
          else chunks.push(chunk);
        });
        response.on("error", fail);
        response.on("aborted", () => fail(new Error("The answer was cut off.")));
        response.on("end", () => {
          clearTimeout(timer);
          resolve({
            statusCode: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString("utf8"),
            headers: response.headers,
          });
        });
      });
      request.end(body);
    });
}
