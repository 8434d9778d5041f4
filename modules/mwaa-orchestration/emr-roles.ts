// The roles that a night's cluster takes: EMR's own, by AWS's policy for tagged resources, and that of its machines,
// which may read and write what the job does and nothing else.
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import type { LakeBuckets } from "../lake/lake";
import type { KeyRef } from "../shared/data-key";
import { keyUse } from "../shared/grants";
import { type Permission, ServiceRole } from "../shared/policy";

const SERVICE_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2";

export interface EmrRolesProps {
  /** Prefix of names, such as `mercafacil-dev`. */
  readonly prefix: string;
  readonly buckets: LakeBuckets;
  /** The key that the machines' disks lie under. */
  readonly disks: KeyRef;
}

/** Service role and instance profile. */
export class EmrRoles extends Construct {
  /** Name of the service role, for RunJobFlow. */
  readonly service: string;
  /** Name of the instance profile, for RunJobFlow. */
  readonly nodes: string;
  /** ARNs that whoever starts a cluster must be able to pass. */
  readonly passed: readonly string[];

  constructor(scope: Construct, id: string, props: EmrRolesProps) {
    super(scope, id);
    const { prefix } = props;
    const nodes = this.nodeRole(props);
    const service = this.serviceRole(props, nodes.arn);
    this.service = service.name;
    this.nodes = new IamInstanceProfile(this, "profile", { name: `${prefix}-emr-nodes`, role: nodes.name }).name;
    this.passed = [service.arn, nodes.arn];
  }

  private serviceRole({ prefix, disks }: EmrRolesProps, nodesArn: string): ServiceRole {
    const role = new ServiceRole(this, "service", {
      name: `${prefix}-emr`,
      services: ["elasticmapreduce.amazonaws.com"],
      onlyForThisAccount: true,
      permissions: [
        {
          actions: ["iam:PassRole"],
          resources: [nodesArn],
          condition: ["StringEquals", "iam:PassedToService", ["ec2.amazonaws.com"]],
        },
        ...encryptVolumes(disks),
      ],
    });
    new IamRolePolicyAttachment(this, "service-policy", { role: role.name, policyArn: SERVICE_POLICY });
    return role;
  }

  private nodeRole({ prefix, buckets, disks }: EmrRolesProps): ServiceRole {
    const { in: input, out, artifacts, logs } = buckets;
    const folders = (arn: string, names: readonly string[]) => names.map((name) => `${arn}/${name}/*`);
    return new ServiceRole(this, "nodes", {
      name: `${prefix}-emr-nodes`,
      services: ["ec2.amazonaws.com"],
      onlyForThisAccount: false,
      permissions: [
        { actions: ["s3:ListBucket"], resources: [input.arn, out.arn, artifacts.arn, logs.arn] },
        {
          actions: ["s3:GetObject"],
          resources: [
            ...folders(input.arn, ["data", "runs", "snapshots", "quarantine/night"]),
            ...folders(out.arn, ["staging"]),
            ...folders(artifacts.arn, ["code", "models"]),
          ],
        },
        {
          actions: ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
          resources: [
            ...folders(input.arn, ["snapshots", "quarantine/night"]),
            ...folders(out.arn, ["staging"]),
            ...folders(logs.arn, ["emr"]),
          ],
        },
        ...[...new Set([input.key, out.key, artifacts.key])].flatMap((key) => keyUse("s3", key, ["read", "write"])),
        // A machine opens and closes the disks that come with it by itself, through no service.
        { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [disks.arn] },
      ],
    });
  }
}

/**
 * Starting machines whose volumes are encrypted: EC2 does it in the name of EMR's role.
 * https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html
 */
function encryptVolumes({ arn }: KeyRef): Permission[] {
  return [
    { actions: ["kms:DescribeKey"], resources: [arn] },
    {
      actions: [
        ...["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"],
        ...["kms:ReEncryptFrom", "kms:ReEncryptTo"],
      ],
      resources: [arn],
      condition: ["StringLike", "kms:ViaService", ["ec2.*.amazonaws.com"]],
    },
  ];
}
