// A REST API's stage always serves what the code says: its deployment is made anew whenever a resource, method,
// integration or authorizer changes.
import { createHash } from "node:crypto";
import { ApiGatewayAuthorizer } from "@cdktf/provider-aws/lib/api-gateway-authorizer";
import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayMethodSettings } from "@cdktf/provider-aws/lib/api-gateway-method-settings";
import { ApiGatewayResource } from "@cdktf/provider-aws/lib/api-gateway-resource";
import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { type IResolveContext, Lazy, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { accessLog } from "./access-log";
import { type ApiDomain, apiDomain } from "./api-domain";
import type { KeyRef } from "./data-key";
import type { NodeFunction } from "./function";
import type { Platform } from "./platform";

/** One name for the stage of every API, in every environment. */
const STAGE = "live";

/** A route: method, path segments without slashes, and the function behind it. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: readonly string[];
  readonly target: NodeFunction;
}

/** Who decides on each call. */
export interface Authorizer {
  readonly target: NodeFunction;
  /** Seconds that an answer is kept per Authorization header. */
  readonly cacheSeconds: number;
}

export interface RestApiProps {
  readonly platform: Platform;
  /** The rest of the API's name. */
  readonly name: string;
  readonly description: string;
  /** The key that its access log lies under. */
  readonly key: KeyRef;
  readonly routes: readonly Route[];
  /** Without one the routes are open and their function must check a signature; with one each caller is metered. */
  readonly authorizer?: Authorizer;
  /** What all callers together may send. */
  readonly throttle: { readonly requestsPerSecond: number; readonly burst: number };
  /** A name of our own; AWS's is closed then. */
  readonly domain?: ApiDomain;
}

/** A regional REST API whose routes are Lambda proxies. */
export class RestApi extends Construct {
  /** URL of the stage, without a trailing slash. */
  readonly url: string;
  readonly id: string;
  /** Name of the API, by which CloudWatch keeps its metrics. */
  readonly name: string;
  readonly stage: ApiGatewayStage;
  private readonly api: ApiGatewayRestApi;
  private readonly parts: TerraformResource[] = [];
  private readonly folders = new Map<string, string>();

  constructor(scope: Construct, id: string, props: RestApiProps) {
    super(scope, id);
    this.name = `${props.platform.prefix}-${props.name}`;
    this.api = new ApiGatewayRestApi(this, "api", {
      name: this.name,
      description: props.description,
      endpointConfiguration: { types: ["REGIONAL"] },
      // A chain is metered by the key that the authorizer names, never by one that a client sends.
      apiKeySource: props.authorizer && "AUTHORIZER",
      disableExecuteApiEndpoint: props.domain && true,
    });
    this.api.overrideLogicalId(`api_${props.name}`);
    this.id = this.api.id;
    const authorizerId = props.authorizer && this.authorizer(this.name, props.authorizer);
    for (const route of props.routes) this.route(route, authorizerId);
    this.stage = this.deploy(props);
    this.url = props.domain ? apiDomain(this, props.domain, this.id, STAGE, this.stage) : this.stage.invokeUrl;
  }

  /** Asks `target` who is calling; its answer is kept for `cacheSeconds` per Authorization header. */
  private authorizer(name: string, { target, cacheSeconds }: Authorizer): string {
    const authorizer = this.part(
      new ApiGatewayAuthorizer(this, "authorizer", {
        name,
        restApiId: this.api.id,
        type: "REQUEST",
        authorizerUri: target.invokeArn,
        identitySource: "method.request.header.Authorization",
        authorizerResultTtlInSeconds: cacheSeconds,
      }),
    );
    this.allowCalls("authorizer-permission", target, `${this.api.executionArn}/authorizers/${authorizer.id}`);
    return authorizer.id;
  }

  private route({ method, path, target }: Route, authorizerId: string | undefined): void {
    const id = `${method} ${path.join(" ")}`;
    const resourceId = this.folder(path);
    const address = { restApiId: this.api.id, resourceId, httpMethod: method };
    const authorization = authorizerId
      ? { authorization: "CUSTOM", authorizerId, apiKeyRequired: true }
      : { authorization: "NONE" };
    const declared = this.part(new ApiGatewayMethod(this, `${id} method`, { ...address, ...authorization }));
    this.part(
      new ApiGatewayIntegration(this, `${id} integration`, {
        ...address,
        httpMethod: declared.httpMethod,
        type: "AWS_PROXY",
        integrationHttpMethod: "POST",
        uri: target.invokeArn,
      }),
    );
    const anySegment = path.map((segment) => segment.replace(/^\{.*\}$/, "*")).join("/");
    this.allowCalls(`${id} permission`, target, `${this.api.executionArn}/*/${method}/${anySegment}`);
  }

  /** Id of the resource at `path`, made with its parents when it is new. */
  private folder(path: readonly string[]): string {
    const pathPart = path.at(-1);
    if (pathPart === undefined) return this.api.rootResourceId;
    const known = this.folders.get(path.join("/"));
    if (known) return known;
    const parentId = this.folder(path.slice(0, -1));
    const made = this.part(
      new ApiGatewayResource(this, path.join(" "), { restApiId: this.api.id, parentId, pathPart }),
    );
    this.folders.set(path.join("/"), made.id);
    return made.id;
  }

  private deploy({ platform, name, key, throttle }: RestApiProps): ApiGatewayStage {
    const deployment = new ApiGatewayDeployment(this, "deployment", {
      restApiId: this.api.id,
      triggers: { configuration: Lazy.stringValue({ produce: (context) => this.fingerprint(context) }) },
      dependsOn: this.parts,
      lifecycle: { createBeforeDestroy: true },
    });
    const stage = new ApiGatewayStage(this, "stage", {
      restApiId: this.api.id,
      deploymentId: deployment.id,
      stageName: STAGE,
      accessLogSettings: accessLog(this, platform, name, key),
    });
    new ApiGatewayMethodSettings(this, "settings", {
      restApiId: this.api.id,
      stageName: stage.stageName,
      methodPath: "*/*",
      settings: {
        metricsEnabled: true,
        // Errors of the gateway itself; a data trace would log bodies.
        loggingLevel: "ERROR",
        dataTraceEnabled: false,
        throttlingRateLimit: throttle.requestsPerSecond,
        throttlingBurstLimit: throttle.burst,
      },
    });
    return stage;
  }

  /** Digest of every part as it is synthesized: references by their text, so that it changes only with the code. */
  private fingerprint(context: IResolveContext): string {
    const parts = this.parts.map((part) => JSON.stringify(context.resolve(part.toTerraform())));
    return createHash("sha256").update(parts.join("\n")).digest("hex");
  }

  private allowCalls(id: string, target: NodeFunction, sourceArn: string): void {
    new LambdaPermission(this, id, {
      action: "lambda:InvokeFunction",
      functionName: target.name,
      principal: "apigateway.amazonaws.com",
      sourceArn,
    });
  }

  private part<T extends TerraformResource>(resource: T): T {
    this.parts.push(resource);
    return resource;
  }
}
