import { request, type Server } from "node:http";
import type { RestApi } from "../loader/platform";
import { type FrontPorts, listenOnLoopback, serveApi } from "./front";

type Invoke = FrontPorts["invoke"];

const authorizer = {
  functionName: "authorizer",
  isInvokable: true,
  identityHeaders: ["Authorization"],
  resultTtlSeconds: 300,
};
const api: RestApi = {
  address: "aws_api_gateway_rest_api.api",
  id: "abc123",
  stage: "live",
  routes: [
    {
      method: "POST",
      path: "/{version}/events/{contract}",
      functionName: "collector",
      isInvokable: true,
      timeoutMilliseconds: 200,
      authorizer,
    },
    { method: "POST", path: "/twilio/inbound", functionName: "inbound", isInvokable: true, timeoutMilliseconds: 200 },
    {
      method: "POST",
      path: "/twilio/status/{claim}",
      functionName: "status",
      isInvokable: true,
      timeoutMilliseconds: 200,
    },
  ],
};
const allow = (resource: string | readonly string[]) => ({
  Effect: "Allow",
  Action: "execute-api:Invoke",
  Resource: resource,
});
const deny = (resource: string) => ({ Effect: "Deny", Action: "execute-api:*", Resource: [resource] });
const policy = (...Statement: object[]) => ({
  principalId: "p",
  policyDocument: { Version: "2012-10-17", Statement },
  context: { tenant_id: "chain-a" },
});

let server: Server;
let port: number;
let calls: { name: string; event: Record<string, never>; now: number }[];
let log: string[];
let now: number;
let answers: Record<string, (event: Record<string, never>) => unknown>;

const invoke: Invoke = async (name, event, nowMs) => {
  calls.push({ name, event: event as Record<string, never>, now: nowMs });
  return answers[name]?.(event as Record<string, never>);
};

beforeEach(async () => {
  calls = [];
  log = [];
  now = 1_000_000;
  answers = {
    authorizer: () => policy(allow("arn:aws:execute-api:*:*:abc123/live/POST/*")),
    collector: () => ({ statusCode: 202, body: "{}" }),
    inbound: () => ({ statusCode: 204 }),
    status: () => ({ statusCode: 204 }),
  };
  ({ server, port } = await listenOnLoopback(0));
  serveApi(server, api, { invoke, now: () => now, accessLog: (line) => log.push(line), accountId: "1", region: "r" });
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const post = (
  path: string,
  body: string | Buffer = "[]",
  headers: Record<string, string> = { Authorization: "Bearer k" },
) =>
  new Promise<{ status: number; body: string; type?: string }>((resolve, reject) => {
    const outgoing = request({ port, host: "127.0.0.1", method: "POST", path, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });

test("a request reaches the function with its body, path parameters, authorizer context and public address", async () => {
  expect(await post("/live/v1/events/purchase?a=1", '[{"x":"é"}]')).toMatchObject({ status: 202 });
  expect(calls.map(({ name }) => name)).toEqual(["authorizer", "collector"]);
  expect(calls[1]?.event).toMatchObject({
    resource: "/{version}/events/{contract}",
    httpMethod: "POST",
    body: '[{"x":"é"}]',
    pathParameters: { version: "v1", contract: "purchase" },
    queryStringParameters: { a: "1" },
    headers: { Authorization: "Bearer k", "X-Forwarded-Proto": "http" },
    requestContext: {
      authorizer: { tenant_id: "chain-a", principalId: "p" },
      domainName: `127.0.0.1:${port}`,
      path: "/live/v1/events/purchase",
      stage: "live",
    },
  });
});

test("a raw path is never normalised: .. and an encoded slash stay one segment, and reach the function decoded once", async () => {
  await post("/live/v1/events/..");
  await post("/live/v1/events/a%2Fb%C3%A9%252F");
  const contracts = calls.filter(({ name }) => name === "collector").map(({ event }) => event.pathParameters);
  expect(contracts).toEqual([
    { version: "v1", contract: ".." },
    { version: "v1", contract: "a/bé%2F" },
  ]);
});

test("the path that Twilio signed is the path that the function sees, still encoded", async () => {
  await post("/live/twilio/status/t%7C2026-11-23%7Cs", "", {});
  expect(calls[0]?.event).toMatchObject({
    path: "/twilio/status/t%7C2026-11-23%7Cs",
    requestContext: { path: "/live/twilio/status/t%7C2026-11-23%7Cs" },
    pathParameters: { claim: "t|2026-11-23|s" },
  });
});

test.each(["/v1/events/purchase", "/live", "/live/", "/live/v1/events/", "/live/v1/events/a/b", "/other/v1/events/a"])(
  "%s is no route: 403, and no function runs",
  async (path) => {
    expect(await post(path)).toEqual({ status: 403, body: '{"message":"Missing Authentication Token"}' });
    expect(calls).toEqual([]);
  },
);

test("a badly encoded parameter is answered 400", async () => {
  expect(await post("/live/v1/events/%zz")).toMatchObject({ status: 400 });
});

test("without its identity source a request is answered 401 and no function runs", async () => {
  expect(await post("/live/v1/events/purchase", "[]", {})).toMatchObject({ status: 401 });
  expect(calls).toEqual([]);
});

test("an authorizer's answer is kept for its time to live on the played clock, per identity", async () => {
  const authorized = () => calls.filter(({ name }) => name === "authorizer").length;
  await post("/live/v1/events/purchase");
  await post("/live/v1/events/shopper");
  expect(authorized()).toBe(1);
  await post("/live/v1/events/shopper", "[]", { Authorization: "Bearer other" });
  expect(authorized()).toBe(2);
  now += 299_999;
  await post("/live/v1/events/purchase");
  expect(authorized()).toBe(2);
  now += 1;
  await post("/live/v1/events/purchase");
  expect(authorized()).toBe(3);
  expect(calls.at(-1)?.now).toBe(now);
});

test("an explicit deny wins over any allow, wildcards match, and what nothing allows is denied", async () => {
  const route = "arn:aws:execute-api:r:1:abc123/live/POST/v1/events";
  answers.authorizer = () => policy(allow(["arn:aws:execute-api:r:1:abc123/*/POST/*"]), deny(`${route}/oper?tor`));
  expect(await post("/live/v1/events/purchase")).toMatchObject({ status: 202 });
  expect(await post("/live/v1/events/operator")).toMatchObject({
    status: 403,
    body: expect.stringContaining("explicit deny"),
  });
  now += 300_000;
  answers.authorizer = () => policy(allow(`${route}/coupon`));
  expect(await post("/live/v1/events/purchase")).toMatchObject({ status: 403 });
});

test.each([
  ["Unauthorized", 401],
  ["anything else", 500],
])("an authorizer that throws %s is answered %i", async (message, status) => {
  answers.authorizer = () => {
    throw new Error(message);
  };
  expect(await post("/live/v1/events/purchase")).toMatchObject({ status });
});

test("a body over 10 MB is answered 413 and reaches no function, one that Lambda cannot take neither", async () => {
  expect(await post("/live/v1/events/purchase", Buffer.alloc(10 * 1024 * 1024 + 1, 97))).toMatchObject({ status: 413 });
  expect(calls).toEqual([]);
  expect(await post("/live/v1/events/purchase", Buffer.alloc(7 * 1024 * 1024, 97))).toMatchObject({ status: 413 });
  expect(calls.filter(({ name }) => name === "collector")).toEqual([]);
  expect(await post("/live/v1/events/purchase", Buffer.alloc(5 * 1024 * 1024, 97))).toMatchObject({ status: 202 });
});

test.each([
  ["throws", () => Promise.reject(new Error("no")), 502],
  ["answers nonsense", () => "text", 502],
  ["answers without a status", () => ({ body: "x" }), 502],
  ["does not answer in time", () => new Promise(() => undefined), 504],
])("a function that %s gives a gateway error", async (_what, answer, status) => {
  answers.inbound = answer;
  expect(await post("/live/twilio/inbound", "", {})).toMatchObject({ status });
});

test("the access log has the route's template and status, but no path, body or header", async () => {
  await post("/live/v1/events/52998224725", '"secret"', { Authorization: "Bearer secret" });
  await post("/live/nowhere/52998224725", "", {});
  expect(log.map((line) => JSON.parse(line))).toMatchObject([
    { resource: "/{version}/events/{contract}", status: 202, method: "POST" },
    { resource: null, status: 403 },
  ]);
  expect(log.join()).not.toMatch(/52998224725|secret/);
});

test("a port that is taken is an error", async () => {
  await expect(listenOnLoopback(port)).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("a function whose own policy does not name the call is not invoked", async () => {
  const routes = api.routes.map((route) => ({ ...route, isInvokable: false }));
  const other = await listenOnLoopback(0);
  const ports = {
    invoke,
    now: () => now,
    accessLog: (line: string) => void log.push(line),
    accountId: "1",
    region: "r",
  };
  serveApi(other.server, { ...api, routes }, ports);
  const answer = await fetch(`http://127.0.0.1:${other.port}/live/twilio/inbound`, { method: "POST" });
  other.server.close();
  expect([answer.status, calls]).toEqual([500, []]);
});
