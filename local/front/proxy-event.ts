// The event that API Gateway hands to a Lambda proxy integration (format 1.0), and the answer it takes back.
import type { RestApi } from "../loader/platform";
import { isObject } from "../loader/stack";
import type { RouteMatch } from "./match-route";

/** One request as it came over the wire. */
export interface RawRequest {
  readonly method: string;
  /** The path below the stage, as sent. */
  readonly path: string;
  /** After the `?`, as sent; empty when there is none. */
  readonly query: string;
  /** Names and values alternating, as sent. */
  readonly rawHeaders: readonly string[];
  readonly sourceIp: string;
  readonly requestId: string;
  readonly body: string | null;
  readonly nowMs: number;
  readonly accountId: string;
  readonly region: string;
}

/** What goes back to the client. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Buffer;
}

const collect = (pairs: Iterable<readonly [string, string]>) => {
  const multi: Record<string, string[]> = {};
  for (const [name, value] of pairs) {
    if (!Object.hasOwn(multi, name)) multi[name] = [];
    multi[name]?.push(value);
  }
  const single = Object.fromEntries(Object.entries(multi).map(([name, values]) => [name, values.at(-1) ?? ""]));
  return { single, multi };
};

const headerPairs = (request: RawRequest, port: string): [string, string][] => {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? "";
    if (!/^x-forwarded-/i.test(name)) pairs.push([name, request.rawHeaders[index + 1] ?? ""]);
  }
  return [...pairs, ["X-Forwarded-For", request.sourceIp], ["X-Forwarded-Port", port], ["X-Forwarded-Proto", "http"]];
};

/** The first value of a header, whatever its case; undefined when absent. */
export const headerOf = (request: RawRequest, name: string): string | undefined => {
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2)
    if (request.rawHeaders[index]?.toLowerCase() === name.toLowerCase()) return request.rawHeaders[index + 1];
  return undefined;
};

/** The ARN that an authorizer's policy is held against. */
export const methodArnOf = (api: RestApi, request: RawRequest): string =>
  `arn:aws:execute-api:${request.region}:${request.accountId}:${api.id}/${api.stage}/${request.method}${request.path}`;

/** The event for the function behind `match`; throws URIError when a path parameter is badly encoded. */
export const proxyEventOf = (
  api: RestApi,
  match: RouteMatch,
  request: RawRequest,
  authorizer?: Readonly<Record<string, unknown>>,
) => {
  const domainName = headerOf(request, "host") ?? "127.0.0.1";
  const headers = collect(headerPairs(request, domainName.split(":")[1] ?? "80"));
  const query = collect(new URLSearchParams(request.query));
  const parameters = Object.entries(match.parameters).map(([name, value]) => [name, decodeURIComponent(value)]);
  const hasQuery = request.query !== "";
  return {
    resource: match.route.path,
    path: request.path,
    httpMethod: request.method,
    headers: headers.single,
    multiValueHeaders: headers.multi,
    queryStringParameters: hasQuery ? query.single : null,
    multiValueQueryStringParameters: hasQuery ? query.multi : null,
    pathParameters: parameters.length > 0 ? Object.fromEntries(parameters) : null,
    stageVariables: null,
    requestContext: {
      accountId: request.accountId,
      apiId: api.id,
      ...(authorizer && { authorizer }),
      domainName,
      domainPrefix: domainName.split(".")[0],
      extendedRequestId: request.requestId,
      httpMethod: request.method,
      identity: { sourceIp: request.sourceIp, userAgent: headerOf(request, "user-agent") ?? null },
      path: `/${api.stage}${request.path}`,
      protocol: "HTTP/1.1",
      requestId: request.requestId,
      requestTime: new Date(request.nowMs).toUTCString(),
      requestTimeEpoch: request.nowMs,
      resourceId: match.route.path,
      resourcePath: match.route.path,
      stage: api.stage,
    },
    body: request.body,
    isBase64Encoded: false,
  };
};

/** An answer of API Gateway itself. */
export const gatewayAnswer = (status: number, message: string, type?: string): RawAnswer => ({
  status,
  headers: [["Content-Type", "application/json"], ...(type ? ([["x-amzn-ErrorType", type]] as const) : [])],
  body: JSON.stringify({ message }),
});

/** The function's result as an HTTP answer; 502 when it is not of the shape that API Gateway takes. */
export const answerOf = (result: unknown): RawAnswer => {
  const malformed = gatewayAnswer(502, "Internal server error", "InternalServerErrorException");
  if (!isObject(result)) return malformed;
  const status = Number(result.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return malformed;
  if (result.body !== undefined && result.body !== null && typeof result.body !== "string") return malformed;
  const text = result.body ?? "";
  const pairs = [
    ...Object.entries(isObject(result.headers) ? result.headers : {}).map(([name, value]) => [name, String(value)]),
    ...Object.entries(isObject(result.multiValueHeaders) ? result.multiValueHeaders : {}).flatMap(([name, values]) =>
      (Array.isArray(values) ? values : []).map((value) => [name, String(value)]),
    ),
  ] as [string, string][];
  const typed = pairs.some(([name]) => name.toLowerCase() === "content-type");
  return {
    status,
    headers: typed ? pairs : [["Content-Type", "application/json"], ...pairs],
    body: result.isBase64Encoded === true ? Buffer.from(text, "base64") : text,
  };
};
