import { type Clone, cloneFixture } from "./clone-fixture";
import { NodeFunction } from "./function";
import { RestApi, type Route } from "./rest-api";
import { type Block, refersTo, type Synthesized, synthesize, TEST_KEY } from "./synth-fixture";

let clone: Clone;
beforeAll(() => {
  clone = cloneFixture();
});
afterAll(() => clone.remove());

function api(paths: string[][], cacheSeconds?: number): Synthesized {
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
    new RestApi(stack, "api", { name: "events", description: "Events", routes, authorizer });
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
