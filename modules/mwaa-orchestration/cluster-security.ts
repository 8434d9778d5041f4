// What keeps a night's cluster to itself: three security groups of its own, encrypted disks and files, and machine
// credentials that only a session of the machine itself gets. Nobody logs in: there is no key and no port for it.
import { EmrSecurityConfiguration } from "@cdktf/provider-aws/lib/emr-security-configuration";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { KeyRef } from "../shared/data-key";
import type { Platform } from "../shared/platform";
import { MANAGED_POLICY_TAG, type Place } from "./network";
import { type Connection, connect, HTTP, HTTPS, reach, securityGroup } from "./security-group";

/** Ports of EMR's cluster manager: to the machines, and from the first of them. */
const TO_MACHINES = 8_443;
const TO_MANAGER = 9_443;

/**
 * What EMR asks of groups in a private subnet, both ways.
 * https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-man-sec-groups.html
 */
const CONNECTIONS: readonly Connection[] = [
  ["master", "master", "all"],
  ["master", "core", "all"],
  ["core", "master", "all"],
  ["core", "core", "all"],
  ["service", "master", TO_MACHINES],
  ["service", "core", TO_MACHINES],
  ["master", "service", TO_MANAGER],
];

const GROUPS = {
  master: "the first machine of a night's cluster",
  core: "the other machines of a night's cluster",
  service: "EMR's way to the machines of a private subnet",
};

export interface ClusterSecurityProps {
  readonly platform: Pick<Platform, "prefix">;
  readonly place: Place;
  /** The key that the machines' disks lie under. */
  readonly disks: KeyRef;
  /** The key that what the machines write to S3 lies under. */
  readonly files: KeyRef;
}

/** The ids of the groups that RunJobFlow takes. */
export interface ClusterGroups {
  readonly master: string;
  readonly core: string;
  readonly service: string;
  /** What every machine takes besides. */
  readonly additional: readonly string[];
}

/** Security configuration and groups of every night's cluster. */
export class ClusterSecurity extends Construct {
  /** Name of the security configuration, for RunJobFlow. */
  readonly configuration: string;
  readonly groups: ClusterGroups;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ClusterSecurityProps,
  ) {
    super(scope, id);
    this.configuration = this.securityConfiguration();
    const groups = { master: this.group("master"), core: this.group("core"), service: this.group("service") };
    connect(this, groups, CONNECTIONS);
    for (const name of ["master", "core"] as const) this.letOut(name, groups[name]);
    this.groups = { ...groups, additional: props.place.machineSecurityGroupIds };
  }

  private securityConfiguration(): string {
    const { platform, disks, files } = this.props;
    return new EmrSecurityConfiguration(this, "configuration", {
      name: `${platform.prefix}-night`,
      configuration: Fn.jsonencode({
        EncryptionConfiguration: {
          EnableAtRestEncryption: true,
          AtRestEncryptionConfiguration: {
            S3EncryptionConfiguration: { EncryptionMode: "SSE-KMS", AwsKmsKey: files.arn },
            LocalDiskEncryptionConfiguration: {
              EncryptionKeyProviderType: "AwsKms",
              AwsKmsKey: disks.arn,
              EnableEbsEncryption: true,
            },
          },
          EnableInTransitEncryption: false,
        },
        InstanceMetadataServiceConfiguration: {
          MinimumInstanceMetadataServiceVersion: 2,
          HttpPutResponseHopLimit: 1,
        },
      }),
    }).name;
  }

  private group(name: keyof typeof GROUPS): string {
    const { platform, place } = this.props;
    return securityGroup(this, {
      prefix: platform.prefix,
      group: `emr-${name}`,
      description: GROUPS[name],
      vpcId: place.vpcId,
      tags: { [MANAGED_POLICY_TAG]: "true" },
    });
  }

  private letOut(name: string, group: string): void {
    const { aws, s3 } = this.props.place;
    reach(this, name, group, aws, HTTPS);
    // EMR's packages come from a bucket whose name no certificate covers.
    reach(this, `${name}-packages`, group, [s3], HTTP);
  }
}
