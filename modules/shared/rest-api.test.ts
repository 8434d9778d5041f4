import type { ApiDomain } from "./api-domain";
import { type Clone, cloneFixture } from "./clone-fixture";
import { NodeFunction } from "./function";
import { RestApi, type Route } from "./rest-api";
import { type Block, refersTo, type Synthesized, synthesize, TEST_KEY, TEST_PLATFORM } from "./synth-fixture";

let clone: Clone;
beforeAll(() => {
  clone = cloneFixture();
});
afterAll(() => clone.remove());

function api(paths: string[][], cacheSeconds?: number, domain?: ApiDomain): Synthesized {
  return synthesize(clone.root, (stack) => {
    const fn = (handler: string) =>
      new NodeFunction(stack, {
        prefix: "mercafacil-test",
        handler,
        timeoutSeconds: 5,
        memoryMebibytes: 256,
        key: TEST_KEY,
        logRetentionDays: 7,
        grants: [],
      });
    const target = fn("collector");
    const routes = paths.map<Route>((path) => ({ method: "POST", path, target }));
    const authorizer = cacheSeconds === undefined ? undefined : { target: fn("authorizer"), cacheSeconds };
    new RestApi(stack, "api", {
      platform: TEST_PLATFORM,
      name: "events",
      description: "Events",
      key: TEST_KEY,
      routes,
      authorizer,
      throttle: { requestsPerSecond: 10, burst: 20 },
      domain,
    });
  });
}

const fingerprint = (stack: Synthesized): string => stack.one("aws_api_gateway_deployment").triggers.configuration;

test("the same routes give the same deployment", () => {
  expect(fingerprint(api([["a", "{b}"]]))).toBe(fingerprint(api([["a", "{b}"]])));
});

test("another route, another authorizer or another cache time gives another deployment", () => {
  const deployments = [api([["a"]]), api([["b"]]), api([["a"], ["b"]]), api([["a"]], 300), api([["a"]], 60)].map(
    fingerprint,
  );
  expect(new Set(deployments).size).toBe(deployments.length);
});

test("the deployment waits for every method and integration", () => {
  const stack = api(
    [
      ["a", "b"],
      ["a", "c"],
    ],
    300,
  );
  const waitsFor: string[] = stack.one("aws_api_gateway_deployment").depends_on;
  for (const type of ["resource", "method", "integration", "authorizer"]) {
    const names = Object.keys(stack.resource[`aws_api_gateway_${type}`]!).map(
      (name) => `aws_api_gateway_${type}.${name}`,
    );
    expect(waitsFor).toEqual(expect.arrayContaining(names));
  }
});

test("a shared parent folder is made once", () => {
  const parts = api([
    ["twilio", "status", "{claim}"],
    ["twilio", "inbound"],
  ]).all("aws_api_gateway_resource");
  expect(parts.map((part) => part.path_part).sort()).toEqual(["inbound", "status", "twilio", "{claim}"]);
});

test("with an authorizer every method asks it; without one the routes are open", () => {
  const methods = (stack: Synthesized): Block[] => stack.all("aws_api_gateway_method");
  for (const method of methods(api([["a"], ["b"]], 300))) {
    expect(method.authorization).toBe("CUSTOM");
    expect(refersTo(method.authorizer_id, "aws_api_gateway_authorizer", "id")).toBe(true);
  }
  expect(methods(api([["a"]])).map((method) => method.authorization)).toEqual(["NONE"]);
});

test("API Gateway may call the function for its own routes only", () => {
  const [permission] = api([["{version}", "events", "{contract}"]]).all("aws_lambda_permission");
  expect(permission!.source_arn).toMatch(/execution_arn\}\/\*\/POST\/\*\/events\/\*$/);
});

test("each request leaves one line that holds no body, no query and no credential, in a log of its own", () => {
  const stack = api([["a"]]);
  const { destination_arn, format } = stack.one("aws_api_gateway_stage").access_log_settings;
  expect(refersTo(destination_arn, "aws_cloudwatch_log_group", "arn")).toBe(true);
  const fields = Object.values(JSON.parse(format)) as string[];
  expect(fields).toContain("$context.authorizer.key_id");
  for (const field of fields) {
    expect(field).toMatch(/^\$context\./);
    expect(field).not.toMatch(/body|query|\.path$|requestOverride|authorizer\.principal|identity\.(apiKey|user)/i);
  }
  const group = stack.one("aws_cloudwatch_log_group", { name: "/aws/apigateway/mercafacil-test-events" });
  expect(group).toMatchObject({ retention_in_days: 7, kms_key_id: TEST_KEY.arn });
});

test("the gateway logs its own errors and no data, and all callers together are throttled", () => {
  expect(api([["a"]]).one("aws_api_gateway_method_settings")).toMatchObject({
    method_path: "*/*",
    settings: {
      data_trace_enabled: false,
      logging_level: "ERROR",
      throttling_rate_limit: 10,
      throttling_burst_limit: 20,
    },
  });
});

test("who is authorized is metered by the key that the authorizer names; who is not has none", () => {
  const metered = api([["a"]], 300);
  expect(metered.one("aws_api_gateway_rest_api").api_key_source).toBe("AUTHORIZER");
  expect(metered.one("aws_api_gateway_method").api_key_required).toBe(true);
  expect(api([["a"]]).one("aws_api_gateway_method")).not.toHaveProperty("api_key_required");
});

test("under a name of its own the API has no other, and takes TLS 1.2 at least", () => {
  const certificateArn = "arn:aws:acm:sa-east-1:111122223333:certificate/1";
  const stack = api([["a"]], 300, { name: "eventos.example.com", certificateArn });
  expect(stack.one("aws_api_gateway_rest_api").disable_execute_api_endpoint).toBe(true);
  expect(stack.one("aws_api_gateway_domain_name")).toMatchObject({
    domain_name: "eventos.example.com",
    security_policy: "TLS_1_2",
  });
  expect(stack.one("aws_api_gateway_base_path_mapping").stage_name).toBeDefined();
});
