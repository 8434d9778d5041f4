// One environment is one stack: the four modules, wired by what each gives and its neighbour takes.
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { type App, LocalBackend, S3Backend, TerraformStack } from "cdktf";
import { boundaryArn, prefixOf, stateKey } from "../bootstrap/place";
import { shippedContracts } from "../contracts/shipped-contracts";
import { Dispatch } from "../modules/dispatch/dispatch";
import { Ingestion } from "../modules/ingestion/ingestion";
import { Lake } from "../modules/lake/lake";
import { MwaaOrchestration } from "../modules/mwaa-orchestration/mwaa-orchestration";
import { AlarmTopic } from "../modules/observability/alarm-topic";
import { Budget } from "../modules/observability/budget";
import { Dashboard } from "../modules/observability/dashboard";
import type { Platform } from "../modules/shared/platform";
import { refuseWhatAwsRefuses } from "../modules/shared/refuse-at-aws";
import type { Environment } from "./environment";
import { onlyCi } from "./only-ci";

/** The platform in one environment. */
export class PlatformStack extends TerraformStack {
  constructor(app: App, environment: Environment) {
    super(app, environment.name);
    refuseWhatAwsRefuses(this);
    this.keepState(environment);
    this.useAws(environment);
    if (environment.deployedBy === "ci") onlyCi(this, environment);
    const { streams, destroyData, network, night, sending } = environment;
    const place = placeOf(environment);
    const { arn: alarmTopicArn } = new AlarmTopic(this, "alarm-topic", { platform: place, ...environment.alarms });
    const platform: Platform = { ...place, alarmTopicArn };
    const contracts = shippedContracts(this);
    const { partitionGranularity } = streams;

    const lake = new Lake(this, "lake", { platform, contracts, partitionGranularity, destroyData: destroyData.lake });
    const ingestion = new Ingestion(this, "ingestion", {
      platform,
      contracts,
      streams,
      lake,
      destroyData: destroyData.ingestion,
    });
    const orchestration = new MwaaOrchestration(this, "mwaa-orchestration", {
      platform,
      network,
      lake,
      night,
      streams,
    });
    const { shoppers } = ingestion;
    const dispatch = new Dispatch(this, "dispatch", {
      platform,
      lake,
      shoppers,
      sending,
      destroyData: destroyData.dispatch,
    });
    new Budget(this, "budget", { platform, monthlyUsd: environment.monthlyBudgetUsd });
    new Dashboard(this, "dashboard", {
      platform,
      rows: [
        { title: "Events", panels: ingestion.panels },
        { title: "Nights", panels: orchestration.panels },
        { title: "Sending", panels: dispatch.panels },
      ],
    });
    if (environment.state.kind === "s3") this.boundRoles(boundaryArn({ ...place, ...environment }));
  }

  /** Nothing refers from one stack to another, so there is nothing to resolve in advance: a fifth of the synth. */
  override prepareStack(): void {}

  /** No role may do more than the account's bootstrap allows, whatever its policies say: CI may make no other roles. */
  private boundRoles(boundary: string): void {
    for (const role of this.node.findAll()) if (role instanceof IamRole) role.permissionsBoundary = boundary;
  }

  private keepState({ name, state }: Environment): void {
    if (state.kind === "file") {
      // Beside the clone's other files, not in the generated folder that Terraform runs in.
      new LocalBackend(this, { path: `../../../terraform.${name}.tfstate` });
      return;
    }
    const { bucket, region } = state;
    new S3Backend(this, { bucket, region, key: stateKey(name), encrypt: true });
    this.addOverride("terraform.backend.s3.use_lockfile", true);
  }

  private useAws({ name, region, account }: Environment): void {
    new AwsProvider(this, "aws", {
      region,
      allowedAccountIds: [account],
      defaultTags: [{ tags: { project: "mercafacil", environment: name } }],
    });
  }
}

/** What every module is told of the environment, but for the topic that its alarms go to. */
export function placeOf({
  name,
  region,
  timeZone,
  logRetentionDays,
  disposable,
}: Environment): Omit<Platform, "alarmTopicArn"> {
  return { environment: name, prefix: prefixOf(name), region, timeZone, logRetentionDays, disposable };
}
