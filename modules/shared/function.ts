// A Lambda function ships the very bundle that the local run executes, with its own role, its own log group
// and nothing it was not granted.
import { existsSync, readFileSync } from "node:fs";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { Construct, type IConstruct } from "constructs";
import { archive } from "./archive";
import { contentAsset } from "./asset";
import type { KeyRef } from "./data-key";
import type { Grant } from "./grants";
import { ServiceRole } from "./policy";
import { sourcePath } from "./source-root";

// The newest Lambda runtime that Node's own support outlives.
const RUNTIME = "nodejs22.x";

const zips = new WeakMap<IConstruct, Map<string, Uint8Array>>();

/** The zip of a bundle, made once for all environments of an app. */
function zipped(scope: Construct, bundle: string): Uint8Array {
  const known = zips.get(scope.node.root) ?? new Map<string, Uint8Array>();
  zips.set(scope.node.root, known);
  const zip = known.get(bundle) ?? archive([{ path: "index.js", content: readFileSync(bundle) }]);
  known.set(bundle, zip);
  return zip;
}

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

/** A Node function from `dist/bundles/<handler>/index.js`. */
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
    const logs = new CloudwatchLogGroup(this, "logs", {
      name: `/aws/lambda/${name}`,
      retentionInDays: props.logRetentionDays,
      kmsKeyId: props.key.arn,
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

  private bundle(handler: string) {
    const bundle = sourcePath(this, "dist", "bundles", handler, "index.js");
    if (!existsSync(bundle)) {
      throw new Error(
        `The bundle of the ${handler} function is missing (dist/bundles/${handler}/index.js): run "npm run build".`,
      );
    }
    return contentAsset(this, "code", `${handler}.zip`, zipped(this, bundle));
  }
}
