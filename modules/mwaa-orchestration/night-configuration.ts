// The one JSON file that the nightly DAG reads: everything it knows of its environment, and nothing it could work out.
import type { LakeBuckets } from "../lake/lake";
import type { Platform } from "../shared/platform";
import type { ClusterSecurity } from "./cluster-security";
import { shapeOf } from "./instance-types";
import { MANAGED_POLICY_TAG, type Place } from "./network";
import { type OfferPolicies, policyDocument } from "./offer-policy";

/** What an environment says about its nights. */
export interface NightSettings {
  /** Local days of purchases and coupons that the model looks back over. */
  readonly windowDays: number;
  /** Days before the window in which late events are looked for. */
  readonly lateLookbackDays: number;
  /** What becomes of late events: count as the window's first day, be dropped, or keep their date. */
  readonly latePolicy: "clip" | "drop" | "keep";
  /** What each chain wants of its offers. */
  readonly offers: OfferPolicies;
  /** What the cluster of one night is chosen from; the night's input decides its size (docs/sizing.md). */
  readonly cluster: {
    /** Lists of interchangeable instance types, all of one shape: a try takes one list, the next try the next. */
    readonly instanceTypes: readonly (readonly string[])[];
    /** Machines beside the first one: as few as `least`, whatever the input, and as many as `most`. */
    readonly coreInstances: { readonly least: number; readonly most: number };
  };
  /** The Airflow environment. */
  readonly airflow: { readonly environmentClass: string; readonly minWorkers: number; readonly maxWorkers: number };
}

/** What the night needs from its neighbours. */
export interface NightInputs {
  readonly platform: Platform;
  readonly night: NightSettings;
  readonly place: Pick<Place, "privateSubnetIds">;
  readonly buckets: LakeBuckets;
  /** Seconds that Firehose may hold an event back: the input is frozen after that. */
  readonly firehoseBufferSeconds: number;
  /** S3 keys of the job's entry file and package, in the artifacts bucket. */
  readonly code: { readonly entry: string; readonly package: string };
  /** Names of the roles that EMR and its machines take. */
  readonly roles: { readonly service: string; readonly nodes: string };
  /** Security configuration and groups of the cluster. */
  readonly security: Pick<ClusterSecurity, "configuration" | "groups">;
}

const SCHEDULE = "0 23 * * *";

// No offer is worth anything after the shops open; a manual run gets as long as a night has.
const DEADLINE_LOCAL = "07:00";
const MANUAL_DEADLINE_HOURS = 8;

// The contracts that the model reads.
const READ_CONTRACTS = ["purchase", "coupon", "product", "shopper"];

const EMR_RELEASE = "emr-7.13.0";
const IDLE_TIMEOUT_SECONDS = 1_800;

/** The content of `dags/recommendations_nightly.json`; values may be references. */
export function nightConfiguration(inputs: NightInputs): Record<string, unknown> {
  const { platform, night, place, buckets, code, roles, security } = inputs;
  return {
    environment: platform.environment,
    region: platform.region,
    time_zone: platform.timeZone,
    schedule: SCHEDULE,
    firehose_buffer_seconds: inputs.firehoseBufferSeconds,
    window_days: night.windowDays,
    late_lookback_days: night.lateLookbackDays,
    late_policy: night.latePolicy,
    offers: policyDocument(night.offers),
    deadline_local: DEADLINE_LOCAL,
    manual_deadline_hours: MANUAL_DEADLINE_HOURS,
    buckets: { in: buckets.in.name, out: buckets.out.name, artifacts: buckets.artifacts.name },
    read_contracts: READ_CONTRACTS,
    code: {
      entry: `s3://${buckets.artifacts.name}/${code.entry}`,
      package: `s3://${buckets.artifacts.name}/${code.package}`,
    },
    emr: {
      release_label: EMR_RELEASE,
      log_uri: `s3://${buckets.logs.name}/emr/`,
      service_role: roles.service,
      job_flow_role: roles.nodes,
      security_configuration: security.configuration,
      security_groups: security.groups,
      subnet_ids: place.privateSubnetIds,
      idle_timeout_seconds: IDLE_TIMEOUT_SECONDS,
      instance_types: night.cluster.instanceTypes,
      core_machine: machineOf(night),
      core_instances: night.cluster.coreInstances,
      managed_policy_tag: MANAGED_POLICY_TAG,
      tags: { project: "mercafacil", environment: platform.environment },
    },
  };
}

/** What a machine of the cluster has; the rules see to it that all types have the same. */
function machineOf({ cluster }: NightSettings): Record<string, number> {
  const shape = shapeOf(cluster.instanceTypes[0]?.[0] ?? "");
  return { vcpus: shape?.vcpus ?? 0, memory_gib: shape?.memoryGib ?? 0 };
}
