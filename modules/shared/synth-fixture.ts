// One construct in a stack of its own, as the JSON that Terraform reads.
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack, Testing } from "cdktf";
import type { KeyRef } from "./data-key";
import type { Platform } from "./platform";
import { SOURCE_ROOT } from "./source-root";

/** Arguments of one resource or data source; their shape is the provider's. */
// biome-ignore lint/suspicious/noExplicitAny: synthesized JSON is asserted on, not programmed with.
export type Block = Record<string, any>;

/** A synthesized stack by type and name. */
export interface Synthesized {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly data: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly terraform: Block;
  /** The resources of a type. */
  readonly all: (type: string) => Block[];
  /** The one resource of a type whose arguments include `where`. */
  readonly one: (type: string, where?: Block) => Block;
  /** Statements of the inline policy of the role with this name. */
  readonly permissions: (roleName: string) => Block[];
}

/** An environment that may be thrown away. */
export const TEST_PLATFORM: Platform = {
  environment: "test",
  prefix: "mercafacil-test",
  region: "sa-east-1",
  timeZone: "America/Sao_Paulo",
  alarmTopicArn: "arn:aws:sns:sa-east-1:111122223333:alarms",
  logRetentionDays: 7,
  disposable: true,
};

/** A customer-managed key from elsewhere. */
export const TEST_KEY: KeyRef = { arn: "arn:aws:kms:sa-east-1:111122223333:key/00000000-0000-4000-8000-000000000000" };

/** Synthesizes what `build` puts into a stack; throws what synth refuses. */
export function synthesize(sourceRoot: string, build: (stack: TerraformStack) => void): Synthesized {
  const app = new App({ context: { [SOURCE_ROOT]: sourceRoot } });
  const stack = new TerraformStack(app, "test");
  new AwsProvider(stack, "aws", { region: TEST_PLATFORM.region });
  build(stack);
  return synthesized(JSON.parse(Testing.synth(stack, true)));
}

/** Ways to look into a synthesized stack. */
export function synthesized(json: Pick<Synthesized, "resource" | "data" | "terraform">): Synthesized {
  const all = (type: string) => Object.values(json.resource[type] ?? {});
  const one = (type: string, where: Block = {}) => {
    const found = all(type).filter((block) => Object.entries(where).every(([key, value]) => block[key] === value));
    if (found.length !== 1) throw new Error(`${found.length} of ${type} where ${JSON.stringify(where)}`);
    return found[0]!;
  };
  const permissions = (roleName: string) => {
    const reference: string = one("aws_iam_role_policy", { name: roleName }).policy;
    return json.data.aws_iam_policy_document![reference.split(".")[2]!]!.statement;
  };
  return { ...json, all, one, permissions };
}

/** Whether `found` is the reference to `attribute` of a resource of `type`. */
export function refersTo(found: unknown, type: string, attribute: string): boolean {
  return typeof found === "string" && new RegExp(`^\\$\\{${type}\\.[\\w-]+\\.${attribute}\\}$`).test(found);
}
