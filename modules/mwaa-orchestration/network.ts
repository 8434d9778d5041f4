// Where Airflow and the clusters run, as an environment says it and as the rest of the module knows it.
import type { LakeBuckets } from "../lake/lake";
import type { KeyRef } from "../shared/data-key";
import type { Platform } from "../shared/platform";
import type { Destination } from "./security-group";

/**
 * EMR's managed service policy acts only on subnets, security groups and clusters that carry this tag with the value
 * "true". https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-managed-policy-fullaccess-v2.html
 */
export const MANAGED_POLICY_TAG = "for-use-with-amazon-emr-managed-policies";

/** How what runs in a network of the module's own reaches AWS. */
export type Egress =
  /** Through endpoints alone: there is no way to the internet, and none from it. */
  | "endpoints"
  /** Through one NAT gateway, which leads to the whole internet, and costs less. */
  | "nat";

/** The network of an environment. */
export type Network =
  /** One that the module makes. */
  | {
      readonly kind: "own";
      /** Private IPv4 network in CIDR notation, /16–/24; each private subnet gets a quarter. */
      readonly cidr: string;
      readonly egress: Egress;
    }
  /** One that is there; its subnets and security groups carry EMR's tag. */
  | {
      readonly kind: "existing";
      readonly vpcId: string;
      /** Two private subnets in two zones, with a way to AWS. */
      readonly privateSubnetIds: readonly string[];
      /** Security groups that Airflow takes, and a cluster's machines beside their own; members of a group reach each other. */
      readonly securityGroupIds: readonly string[];
    };

/** A network as what runs in it knows it. */
export interface Place {
  readonly vpcId: string;
  /** Two private subnets in two zones. */
  readonly privateSubnetIds: readonly string[];
  /** What Airflow takes. */
  readonly airflowSecurityGroupIds: readonly string[];
  /** What a cluster's machines take beside their own. */
  readonly machineSecurityGroupIds: readonly string[];
  /** Where AWS's APIs are found, for HTTPS. */
  readonly aws: readonly Destination[];
  /** The addresses of S3 in the region. */
  readonly s3: Destination;
}

export interface NetworkProps {
  readonly platform: Platform;
  readonly network: Network;
  /** The buckets that can be reached from a network of the module's own, beside those that EMR needs. */
  readonly buckets: LakeBuckets;
  /** The key that the flow log lies under. */
  readonly key: KeyRef;
}
