// Every night at 23:00 local time Airflow runs the very DAG that lies in this repository, with the code and the
// configuration uploaded beside it; two guards outside of Airflow see to what a dead Airflow could not.
import { MwaaEnvironment } from "@cdktf/provider-aws/lib/mwaa-environment";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { LakeBuckets } from "../lake/lake";
import { contentAsset } from "../shared/asset";
import { DataKey } from "../shared/data-key";
import { NOTHING_KEPT } from "../shared/disposal";
import { onlyEncrypted } from "../shared/encrypted";
import { shippedFiles } from "../shared/files";
import { assetObject, fileObject } from "../shared/object";
import type { Panel } from "../shared/panel";
import type { Platform } from "../shared/platform";
import type { ServiceRole } from "../shared/policy";
import { refuseWhatAwsRefuses } from "../shared/refuse-at-aws";
import { refuseAtSynth } from "../shared/rules";
import { sourcePath } from "../shared/source-root";
import { airflowRole } from "./airflow-role";
import { ClusterSecurity } from "./cluster-security";
import { EmrRoles } from "./emr-roles";
import { watchFailedNights } from "./failed-nights";
import { Guards } from "./guards";
import type { Network, Place } from "./network";
import { NETWORK_RULES } from "./network-rules";
import { type NightSettings, nightConfiguration } from "./night-configuration";
import { NIGHT_RULES } from "./night-rules";
import { placeOf } from "./place";
import { sparkPackage } from "./spark-package";

const AIRFLOW_VERSION = "3.0.6";
const DAGS = "dags";
const DAG = "recommendations_nightly";
const CONFIGURATION = `${DAG}.json`;
const CODE = { entry: "code/recommend.py", package: "code/recommender.zip" };

// UTC: Sunday noon in São Paulo, when nothing runs and nobody is messaged.
const MAINTENANCE = "SUN:15:00";

// A new environment starts its nights without anybody having to switch the DAG on.
const AIRFLOW_OPTIONS = { "core.dags_are_paused_at_creation": "False", "core.load_examples": "False" };

export interface MwaaOrchestrationProps {
  readonly platform: Platform;
  /** Where Airflow and the clusters run. */
  readonly network: Network;
  /** Where events lie, offers go and code is kept. */
  readonly lake: { readonly buckets: LakeBuckets };
  /** The model's window, the cluster and Airflow's size. */
  readonly night: NightSettings;
  /** Seconds that Firehose may hold an event back. */
  readonly streams: { readonly bufferSeconds: number };
}

/** The MWAA environment and its network, its DAGs and configuration, the Spark code, and the roles of both. */
export class MwaaOrchestration extends Construct {
  /** Name of the MWAA environment. */
  readonly environmentName: string;
  /** What the dashboard shows of nights. */
  readonly panels: readonly Panel[];
  private readonly props: MwaaOrchestrationProps;

  constructor(scope: Construct, id: string, given: MwaaOrchestrationProps) {
    super(scope, id);
    refuseWhatAwsRefuses(this);
    const props = onlyEncrypted(this, given);
    this.props = props;
    const { platform, network, lake, night } = props;
    refuseAtSynth(this, "night", { night }, NIGHT_RULES);
    refuseAtSynth(this, "night", { night, network }, NETWORK_RULES);
    const key = this.key();
    const place = placeOf(this, { platform, network, buckets: lake.buckets, key });
    const security = new ClusterSecurity(this, "security", {
      platform,
      place,
      disks: key,
      files: lake.buckets.out.key,
    });
    const emr = new EmrRoles(this, "emr", { prefix: platform.prefix, buckets: lake.buckets, disks: key });
    const uploads = [...this.uploadDags(), ...this.uploadCode(), this.uploadConfiguration(emr, security, place)];
    const name = platform.prefix;
    const role = airflowRole(this, { platform, name, buckets: lake.buckets, passed: emr.passed });
    this.environmentName = this.environment(place, role, uploads);
    const guards = new Guards(this, "guards", { platform, buckets: lake.buckets });
    const nights = watchFailedNights(this, { platform, environmentName: this.environmentName, dag: DAG });
    this.panels = [nights, ...guards.panels];
  }

  private key(): DataKey {
    const description = "disks of a night's machines, and the log of the network";
    // What lies under it goes with the night or with the stack.
    return new DataKey(this, { platform: this.props.platform, key: "nights", description, disposal: NOTHING_KEPT });
  }

  private uploadDags(): ITerraformDependable[] {
    return shippedFiles(sourcePath(this, "dags")).map((file) => {
      if (file === CONFIGURATION) throw new Error(`dags/${file} is written by the stack: take the file out of dags/.`);
      return fileObject(this, this.props.lake.buckets.artifacts, `${DAGS}/${file}`, sourcePath(this, "dags", file));
    });
  }

  private uploadCode(): ITerraformDependable[] {
    const bucket = this.props.lake.buckets.artifacts;
    const zip = sparkPackage(sourcePath(this, "spark", "recommender"), sourcePath(this, "generated", "spark"));
    return [
      fileObject(this, bucket, CODE.entry, sourcePath(this, "spark", "recommend.py")),
      assetObject(this, bucket, CODE.package, contentAsset(this, "recommender.zip", zip)),
    ];
  }

  private uploadConfiguration(roles: EmrRoles, security: ClusterSecurity, place: Place): ITerraformDependable {
    const { platform, lake, night, streams } = this.props;
    const configuration = nightConfiguration({
      platform,
      night,
      place,
      buckets: lake.buckets,
      firehoseBufferSeconds: streams.bufferSeconds,
      code: CODE,
      roles,
      security,
    });
    return new S3Object(this, "configuration", {
      bucket: lake.buckets.artifacts.name,
      key: `${DAGS}/${CONFIGURATION}`,
      content: Fn.jsonencode(configuration),
      contentType: "application/json",
    });
  }

  private environment(place: Place, role: ServiceRole, uploads: ITerraformDependable[]): string {
    const { platform, lake, night } = this.props;
    const logs = { enabled: true, logLevel: "INFO" };
    const environment = new MwaaEnvironment(this, "environment", {
      name: platform.prefix,
      airflowVersion: AIRFLOW_VERSION,
      airflowConfigurationOptions: AIRFLOW_OPTIONS,
      environmentClass: night.airflow.environmentClass,
      minWorkers: night.airflow.minWorkers,
      maxWorkers: night.airflow.maxWorkers,
      executionRoleArn: role.arn,
      kmsKey: lake.buckets.artifacts.key.arn,
      sourceBucketArn: lake.buckets.artifacts.arn,
      dagS3Path: DAGS,
      webserverAccessMode: "PRIVATE_ONLY",
      weeklyMaintenanceWindowStart: MAINTENANCE,
      networkConfiguration: {
        subnetIds: [...place.privateSubnetIds],
        securityGroupIds: [...place.airflowSecurityGroupIds],
      },
      loggingConfiguration: {
        dagProcessingLogs: logs,
        schedulerLogs: logs,
        taskLogs: logs,
        webserverLogs: logs,
        workerLogs: logs,
      },
      dependsOn: [...role.ready, ...uploads],
    });
    environment.overrideLogicalId("airflow");
    return environment.name;
  }
}
