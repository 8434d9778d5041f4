// REST APIs of the stack as routes: a path, a method, the function behind it and the authorizer before it.
import { restApiId, splitResourceId } from "./computed";
import { type Fields, fieldsOf } from "./fields";
import { type InvokePermission, loadInvokePermissions, mayInvoke } from "./load-access";
import { functionNameOf } from "./load-compute";
import type { Authorizer, RestApi, Route } from "./platform";
import type { Resolver } from "./resolver";
import { resourcesOf, type Stack } from "./stack";

// API Gateway's integration timeout when none is given, in milliseconds.
const DEFAULT_TIMEOUT_MILLISECONDS = 29_000;

const functionOfUri = (fields: Fields, name: string): string => {
  const uri = fields.text(name);
  const arn = /\/functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1];
  if (!arn) throw new Error(`${fields.address}.${name} must be a function's invoke ARN, got ${JSON.stringify(uri)}`);
  return functionNameOf(arn);
};

/** The ARN of an API, and what it may invoke. */
interface Calls {
  readonly apiArn: (restApiId: string) => string;
  readonly permissions: readonly InvokePermission[];
}

const authorizerOf = (fields: Fields, { apiArn, permissions }: Calls): Authorizer => {
  const type = fields.text("type", "TOKEN");
  if (type !== "REQUEST") throw new Error(`${fields.address}.type must be REQUEST, got ${type}`);
  const sources = fields.text("identity_source", "method.request.header.Authorization").split(",");
  const functionName = functionOfUri(fields, "authorizer_uri");
  const arn = `${apiArn(fields.text("rest_api_id"))}/authorizers/${fields.text("self")}`;
  return {
    functionName,
    isInvokable: mayInvoke(permissions, functionName, arn),
    identityHeaders: sources.map((source) => {
      const header = /^\s*method\.request\.header\.([A-Za-z0-9-]+)\s*$/.exec(source)?.[1];
      if (!header) throw new Error(`${fields.address}.identity_source must name headers, got ${source}`);
      return header;
    }),
    // API Gateway's default.
    resultTtlSeconds: fields.number("authorizer_result_ttl_in_seconds", 300),
  };
};

/** The REST APIs of the stack, each with its one stage. */
export const loadApis = (stack: Stack, resolver: Resolver): readonly RestApi[] => {
  const read = (type: string): readonly Fields[] =>
    resourcesOf(stack, type).map((block) => {
      const body = resolver.value(block.body);
      return fieldsOf(block.address, { ...(body as Fields["body"]), self: resolver.value(`\${${block.address}.id}`) });
    });
  const apis = resourcesOf(stack, "aws_api_gateway_rest_api");
  const calls: Calls = {
    apiArn: (id) => {
      const block = apis.find(({ address }) => restApiId(address) === id);
      return block ? String(resolver.attribute(block, "execution_arn")) : "";
    },
    permissions: loadInvokePermissions(stack, resolver),
  };
  const authorizers = new Map(
    read("aws_api_gateway_authorizer").map((fields) => [
      fields.text("self"),
      { api: fields.text("rest_api_id"), authorizer: authorizerOf(fields, calls) },
    ]),
  );
  const key = (fields: Fields) =>
    [fields.text("rest_api_id"), fields.text("resource_id"), fields.text("http_method")].join(" ");
  const methods = resourcesOf(stack, "aws_api_gateway_method").map((block) =>
    fieldsOf(block.address, resolver.value(block.body) as Fields["body"]),
  );
  const integrations = new Map(
    resourcesOf(stack, "aws_api_gateway_integration").map((block) => {
      const fields = fieldsOf(block.address, resolver.value(block.body) as Fields["body"]);
      return [key(fields), fields];
    }),
  );

  const routeOf = (method: Fields, stage: string): Route => {
    const integration = integrations.get(key(method));
    if (!integration) throw new Error(`${method.address} has no integration`);
    const type = integration.text("type");
    if (type !== "AWS_PROXY") throw new Error(`${integration.address}.type must be AWS_PROXY, got ${type}`);
    const [api, path] = splitResourceId(method.text("resource_id"));
    if (api !== method.text("rest_api_id")) throw new Error(`${method.address}.resource_id is of another API`);
    const authorization = method.text("authorization");
    const found = authorizers.get(method.text("authorizer_id", ""));
    if (authorization !== "NONE" && (authorization !== "CUSTOM" || found?.api !== method.text("rest_api_id")))
      throw new Error(`${method.address}.authorization must be NONE, or CUSTOM with an authorizer of its API`);
    const functionName = functionOfUri(integration, "uri");
    const called = path.replaceAll(/[{}]/g, "");
    const arn = `${calls.apiArn(api)}/${stage}/${method.text("http_method")}${called}`;
    return {
      method: method.text("http_method"),
      path,
      functionName,
      isInvokable: mayInvoke(calls.permissions, functionName, arn),
      timeoutMilliseconds: integration.number("timeout_milliseconds", DEFAULT_TIMEOUT_MILLISECONDS),
      ...(authorization === "CUSTOM" && found && { authorizer: found.authorizer }),
    };
  };

  const stages = read("aws_api_gateway_stage");
  return apis.map((block) => {
    const id = restApiId(block.address);
    const [stage, ...more] = stages.filter((fields) => fields.text("rest_api_id") === id);
    if (!stage || more.length > 0) throw new Error(`${block.address} must have exactly one stage`);
    const name = stage.text("stage_name");
    const own = methods.filter((method) => method.text("rest_api_id") === id);
    return { address: block.address, id, stage: name, routes: own.map((method) => routeOf(method, name)) };
  });
};
