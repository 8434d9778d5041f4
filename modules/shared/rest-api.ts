// A REST API's stage always serves what the code says: its deployment is made anew whenever a resource, method,
// integration or authorizer changes.
import { createHash } from "node:crypto";
import { ApiGatewayAuthorizer } from "@cdktf/provider-aws/lib/api-gateway-authorizer";
import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayResource } from "@cdktf/provider-aws/lib/api-gateway-resource";
import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { type IResolveContext, Lazy, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { NodeFunction } from "./function";

/** One name for the stage of every API, in every environment. */
const STAGE = "live";

/** A route: method, path segments without slashes, and the function behind it. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: readonly string[];
  readonly target: NodeFunction;
}

export interface RestApiProps {
  readonly name: string;
  readonly description: string;
  readonly routes: readonly Route[];
  /** Who decides on each call; without one the routes are open and their function must check a signature. */
  readonly authorizer?: { readonly target: NodeFunction; readonly cacheSeconds: number };
}

/** A regional REST API whose routes are Lambda proxies. */
export class RestApi extends Construct {
  /** URL of the stage, without a trailing slash. */
  readonly url: string;
  private readonly api: ApiGatewayRestApi;
  private readonly parts: TerraformResource[] = [];
  private readonly folders = new Map<string, string>();

  constructor(scope: Construct, id: string, props: RestApiProps) {
    super(scope, id);
    this.api = new ApiGatewayRestApi(this, "api", {
      name: props.name,
      description: props.description,
      endpointConfiguration: { types: ["REGIONAL"] },
    });
    const authorizerId = props.authorizer && this.authorizer(props.name, props.authorizer);
    for (const route of props.routes) this.route(route, authorizerId);
    this.url = this.stage().invokeUrl;
  }

  /** Asks `target` who is calling; its answer is kept for `cacheSeconds` per Authorization header. */
  private authorizer(name: string, { target, cacheSeconds }: { target: NodeFunction; cacheSeconds: number }): string {
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
    const authorization = authorizerId ? { authorization: "CUSTOM", authorizerId } : { authorization: "NONE" };
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

  private stage(): ApiGatewayStage {
    const deployment = new ApiGatewayDeployment(this, "deployment", {
      restApiId: this.api.id,
      triggers: { configuration: Lazy.stringValue({ produce: (context) => this.fingerprint(context) }) },
      dependsOn: this.parts,
      lifecycle: { createBeforeDestroy: true },
    });
    return new ApiGatewayStage(this, "stage", {
      restApiId: this.api.id,
      deploymentId: deployment.id,
      stageName: STAGE,
    });
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
