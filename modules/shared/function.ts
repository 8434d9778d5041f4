// A Lambda function ships the very bundle that the local run executes, with its own role, its own log group
// and nothing it was not granted.
import { existsSync } from "node:fs";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { Construct } from "constructs";
import { fileAsset } from "./asset";
import type { KeyRef } from "./data-key";
import type { Grant } from "./grants";
import { logGroup } from "./log-group";
import { ServiceRole } from "./policy";
import { sourcePath } from "./source-root";

// The newest Lambda runtime that Node's own support outlives.
const RUNTIME = "nodejs22.x";

export interface NodeFunctionProps {
  /** Prefix of the function's name, such as `mercafacil-dev`. */
  readonly prefix: string;
  /** Folder of the handler under `lambdas/`; also the rest of the function's name. */
  readonly handler: string;
  /** Seconds after which an invocation is stopped, 1–900. */
  readonly timeoutSeconds: number;
  /** Memory in MiB; CPU follows it. */
  readonly memoryMebibytes: number;
  /** The key that its log lies under. */
  readonly key: KeyRef;
  /** Days that log lines are kept. */
  readonly logRetentionDays: number;
  /** Settings that are no addresses. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Addresses and the permissions to use them. */
  readonly grants: readonly Grant[];
}

/** A Node function from `dist/bundles/<handler>/<handler>.zip`. */
export class NodeFunction extends Construct {
  readonly arn: string;
  readonly name: string;
  /** What API Gateway calls. */
  readonly invokeArn: string;
  /** Where its log lines lie. */
  readonly logGroupName: string;

  constructor(scope: Construct, props: NodeFunctionProps) {
    super(scope, props.handler);
    const name = `${props.prefix}-${props.handler}`;
    const code = this.bundle(props.handler);
    const logs = logGroup(this, "logs", {
      name: `/aws/lambda/${name}`,
      address: `function_${props.handler}`,
      retentionDays: props.logRetentionDays,
      key: props.key,
    });
    const writeLogs = { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [`${logs.arn}:*`] };
    const role = new ServiceRole(this, "role", {
      name,
      services: ["lambda.amazonaws.com"],
      onlyForThisAccount: false,
      permissions: [writeLogs, ...props.grants.flatMap((grant) => grant.permissions)],
    });
    const lambda = new LambdaFunction(this, "function", {
      functionName: name,
      role: role.arn,
      runtime: RUNTIME,
      architectures: ["arm64"],
      handler: "index.handler",
      filename: code.path,
      sourceCodeHash: code.contentHash,
      timeout: props.timeoutSeconds,
      memorySize: props.memoryMebibytes,
      environment: { variables: Object.assign({}, props.settings, ...props.grants.map((grant) => grant.environment)) },
      loggingConfig: { logFormat: "JSON", logGroup: logs.name },
      dependsOn: role.ready,
    });
    this.arn = lambda.arn;
    this.name = lambda.functionName;
    this.invokeArn = lambda.invokeArn;
    this.logGroupName = logs.name;
  }

  /** The zip that the build made of the bundle: one for all environments, so synth packs nothing. */
  private bundle(handler: string) {
    const zip = sourcePath(this, "dist", "bundles", handler, `${handler}.zip`);
    if (!existsSync(zip)) {
      throw new Error(
        `The bundle of the ${handler} function is missing (dist/bundles/${handler}/${handler}.zip): run "npm run build".`,
      );
    }
    return fileAsset(this, zip);
  }
}
