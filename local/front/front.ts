// One loopback listener serves one REST API of the stack as API Gateway would: route, authorizer, Lambda proxy.
// Its access log names the route's template, never the raw path and never a body.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { RestApi } from "../loader/platform";
import { createAuthorize, type Invoke } from "./authorize";
import { matchRoute, type RouteMatch } from "./match-route";
import {
  answerOf,
  gatewayAnswer,
  headerOf,
  methodArnOf,
  proxyEventOf,
  type RawAnswer,
  type RawRequest,
} from "./proxy-event";

// API Gateway's payload limit, and Lambda's for a synchronous invocation, in bytes.
const MAXIMUM_BODY_BYTES = 10 * 1024 * 1024;
const MAXIMUM_EVENT_BYTES = 6 * 1024 * 1024;

/** What a listener needs of the run. */
export interface FrontPorts {
  readonly invoke: Invoke;
  /** The played instant, epoch ms. */
  readonly now: () => number;
  /** Takes one line a request. */
  readonly accessLog: (line: string) => void;
  readonly accountId: string;
  readonly region: string;
}

/** Listens on loopback; `port` 0 means any free one. Rejects when the port is taken. */
export const listenOnLoopback = (port: number): Promise<{ readonly server: Server; readonly port: number }> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.removeListener("error", reject);
      resolve({ server, port: (server.address() as AddressInfo).port });
    });
  });

const bodyOf = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAXIMUM_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes > MAXIMUM_BODY_BYTES ? undefined : Buffer.concat(chunks);
};

const withTimeout = async (work: Promise<unknown>, milliseconds: number): Promise<RawAnswer> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<RawAnswer>((resolve) => {
    timer = setTimeout(() => resolve(gatewayAnswer(504, "Endpoint request timed out")), milliseconds);
  });
  const answer = work.then(answerOf, () => gatewayAnswer(502, "Internal server error", "InternalServerErrorException"));
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    clearTimeout(timer);
  }
};

/** Serves `api` on `server` from now on. */
export const serveApi = (server: Server, api: RestApi, ports: FrontPorts): void => {
  const authorize = createAuthorize(ports.invoke);

  const passOn = async (match: RouteMatch, request: RawRequest): Promise<RawAnswer> => {
    const { route } = match;
    let context: Readonly<Record<string, unknown>> | undefined;
    if (route.authorizer) {
      const { body: _, isBase64Encoded: __, ...event } = proxyEventOf(api, match, request);
      const authorization = await authorize({
        authorizer: route.authorizer,
        header: (name) => headerOf(request, name),
        methodArn: methodArnOf(api, request),
        event,
        nowMs: request.nowMs,
      });
      if ("answer" in authorization) return authorization.answer;
      context = authorization.context;
    }
    // As API Gateway says it when the function's own policy does not name the call.
    if (!route.isInvokable) return gatewayAnswer(500, "Internal server error", "InternalServerErrorException");
    const event = proxyEventOf(api, match, request, context);
    if (Buffer.byteLength(JSON.stringify(event)) > MAXIMUM_EVENT_BYTES) return gatewayAnswer(413, "Request Too Long");
    return withTimeout(ports.invoke(route.functionName, event, request.nowMs), route.timeoutMilliseconds);
  };

  const answer = async (incoming: IncomingMessage, requestId: string) => {
    const body = await bodyOf(incoming);
    const [path = "", query = ""] = (incoming.url ?? "").split(/\?(.*)/s);
    const prefix = `/${api.stage}/`;
    const method = incoming.method ?? "GET";
    const match = path.startsWith(prefix) ? matchRoute(api.routes, method, path.slice(prefix.length - 1)) : undefined;
    if (!match)
      return { answer: gatewayAnswer(403, "Missing Authentication Token", "MissingAuthenticationTokenException") };
    if (!body) return { match, answer: gatewayAnswer(413, "Request Too Long", "RequestTooLargeException") };
    const request: RawRequest = {
      method,
      path: path.slice(prefix.length - 1),
      query,
      rawHeaders: incoming.rawHeaders,
      sourceIp: incoming.socket.remoteAddress ?? "127.0.0.1",
      requestId,
      body: body.length === 0 ? null : body.toString("utf8"),
      nowMs: ports.now(),
      accountId: ports.accountId,
      region: ports.region,
    };
    try {
      return { match, answer: await passOn(match, request) };
    } catch (error) {
      return {
        match,
        answer:
          error instanceof URIError ? gatewayAnswer(400, "Bad Request") : gatewayAnswer(500, "Internal server error"),
      };
    }
  };

  const respond = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const requestId = randomUUID();
    const found = await answer(incoming, requestId);
    const { status, headers, body } = found.answer;
    for (const [name, value] of headers) outgoing.appendHeader(name, value);
    outgoing.setHeader("x-amzn-RequestId", requestId);
    outgoing.writeHead(status).end(body);
    const line = {
      at: new Date(ports.now()).toISOString(),
      requestId,
      method: incoming.method,
      resource: found.match?.route.path ?? null,
      status,
      bytes: Buffer.byteLength(body),
    };
    ports.accessLog(JSON.stringify(line));
  };

  server.on("request", (incoming, outgoing) => {
    // A client that goes away mid-request needs no answer.
    respond(incoming, outgoing).catch(() => outgoing.destroy());
  });
};
