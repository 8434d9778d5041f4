// What an account needs before the platform can be deployed from CI: a place for the state that nobody can lose or read
// by mistake, the role of API Gateway's logs, and CI's roles. A person applies it, once an account; no role that CI takes may change any of it.
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { type App, S3Backend, TerraformStack } from "cdktf";
import type { Environment } from "../environments/environment";
import { LogBucket, PrivateBucket } from "../modules/shared/bucket";
import { DataKey } from "../modules/shared/data-key";
import { refuseWhatAwsRefuses } from "../modules/shared/refuse-at-aws";
import { ApiGatewayLogs } from "./api-gateway-logs";
import { CiRoles } from "./ci-roles";
import { prefixOf, STATE_PREFIX } from "./place";

// States are kept whatever becomes of the environments: they say what there is to clean up.
const KEPT = { environmentIsDisposable: false, destroyData: false };
const ACCESS_LOG_DAYS = 400;

/** One account with the environments that lie in it. */
export interface Account {
  /** 12 digits. */
  readonly id: string;
  /** Region of the state bucket. */
  readonly region: string;
  /** Name of the bucket that holds the states of its environments. */
  readonly stateBucket: string;
  /** Its environments and the regions that they lie in. */
  readonly environments: readonly Pick<Environment, "name" | "region">[];
}

/** The accounts of all environments whose state lies in S3. */
export function accountsOf(environments: readonly Environment[]): Account[] {
  const accounts = new Map<string, Account>();
  for (const environment of environments) {
    const { account: id, state } = environment;
    if (state.kind === "file") continue;
    const together = [...(accounts.get(id)?.environments ?? []), environment];
    accounts.set(id, { id, region: state.region, stateBucket: state.bucket, environments: together });
  }
  return [...accounts.values()];
}

/** State bucket, GitHub's OIDC provider and CI's roles in one account. */
export class BootstrapStack extends TerraformStack {
  constructor(app: App, account: Account) {
    super(app, `account-${account.id}`);
    refuseWhatAwsRefuses(this);
    const { id, region, stateBucket, environments } = account;
    this.keepState(account);
    new AwsProvider(this, "aws", {
      region,
      allowedAccountIds: [id],
      defaultTags: [{ tags: { project: "mercafacil" } }],
    });
    new ApiGatewayLogs(this, "api-gateway-logs", STATE_PREFIX);
    const bucket = this.stateBucket(region, stateBucket.slice(`${STATE_PREFIX}-`.length));
    const provider = new IamOpenidConnectProvider(this, "github", {
      url: "https://token.actions.githubusercontent.com",
      clientIdList: ["sts.amazonaws.com"],
    });
    for (const environment of environments) {
      new CiRoles(this, {
        environment: environment.name,
        place: { account: id, region: environment.region, prefix: prefixOf(environment.name) },
        providerArn: provider.arn,
        stateBucketArn: bucket.arn,
      });
    }
  }

  /** Nothing refers from one stack to another, so there is nothing to resolve in advance. */
  override prepareStack(): void {}

  private keepState({ region, stateBucket: bucket }: Account): void {
    new S3Backend(this, { bucket, region, key: "bootstrap.tfstate", encrypt: true });
    this.addOverride("terraform.backend.s3.use_lockfile", true);
  }

  private stateBucket(region: string, bucket: string): PrivateBucket {
    const prefix = STATE_PREFIX;
    const logs = new LogBucket(this, {
      prefix,
      bucket: bucket.replace("state", "logs"),
      disposal: KEPT,
      expiry: [{ prefix: "access/", days: ACCESS_LOG_DAYS }],
    });
    const key = new DataKey(this, {
      platform: { prefix, region },
      key: "state",
      description: "states of Terraform",
      disposal: KEPT,
    });
    return new PrivateBucket(this, { prefix, bucket, disposal: KEPT, expiry: [], key, logs });
  }
}
