// What a module keeps is encrypted under a key of its own, which the account administers, which turns over every year
// and which nobody may use through another service than those that keep the module's data.
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
  type DataAwsIamPolicyDocumentStatementCondition,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { type Disposal, dataLifecycle, deletionDays } from "./disposal";
import type { Platform } from "./platform";
import { accountId } from "./policy";

/** A customer-managed key as whoever encrypts under it knows it. */
export interface KeyRef {
  readonly arn: string;
}

export interface DataKeyProps {
  readonly platform: Pick<Platform, "prefix" | "region">;
  /** The rest of the alias's name, and of the key's fixed address in the state. */
  readonly key: string;
  /** What lies under it. */
  readonly description: string;
  readonly disposal: Disposal;
  /** AWS services that publish through it by themselves, such as `cloudwatch.amazonaws.com`. */
  readonly publishers?: readonly string[];
}

// What the account's own policies may allow: without this statement nobody could ever change the key again.
const READING = [
  "DescribeKey",
  "GetPublicKey",
  "GetKeyPolicy",
  "GetKeyRotationStatus",
  "ListGrants",
  "ListKeyPolicies",
];
const CHANGING = [
  ...["CreateAlias", "CreateGrant", "DeleteAlias", "DisableKey", "EnableKey", "EnableKeyRotation", "PutKeyPolicy"],
  ...["RevokeGrant", "TagResource", "UntagResource", "UpdateAlias", "UpdateKeyDescription"],
  ...["ScheduleKeyDeletion", "CancelKeyDeletion", "ListResourceTags"],
];
const CRYPTOGRAPHY = [
  ...["Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo"],
];

/** A symmetric key that rotates every year. */
export class DataKey extends Construct implements KeyRef {
  readonly arn: string;

  constructor(scope: Construct, props: DataKeyProps) {
    super(scope, `${props.key}-key`);
    const { platform, key: name, description, disposal } = props;
    const key = new KmsKey(this, "key", {
      description: `${platform.prefix}: ${description}`,
      enableKeyRotation: true,
      deletionWindowInDays: deletionDays(disposal),
      policy: this.policy(props),
      lifecycle: dataLifecycle(disposal),
    });
    key.overrideLogicalId(`key_${name}`);
    new KmsAlias(this, "alias", { name: `alias/${platform.prefix}-${name}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }

  private policy({ platform: { prefix, region }, publishers = [] }: DataKeyProps): string {
    const account = accountId(this);
    const statement = (
      actions: readonly string[],
      [type, identifiers]: readonly [type: string, identifiers: readonly string[]],
      ...condition: DataAwsIamPolicyDocumentStatementCondition[]
    ) => ({
      actions: actions.map((action) => `kms:${action}`),
      resources: ["*"],
      principals: [{ type, identifiers: [...identifiers] }],
      condition,
    });
    const logs = statement([...CRYPTOGRAPHY, "DescribeKey"], ["Service", [`logs.${region}.amazonaws.com`]], {
      test: "ArnLike",
      variable: "kms:EncryptionContext:aws:logs:arn",
      values: [`arn:aws:logs:${region}:${account}:log-group:*${prefix}*`],
    });
    const publishing = statement(["Decrypt", "GenerateDataKey"], ["Service", publishers], {
      test: "StringEquals",
      variable: "aws:SourceAccount",
      values: [account],
    });
    return new DataAwsIamPolicyDocument(this, "policy", {
      statement: [administration(account), logs, ...(publishers.length > 0 ? [publishing] : [])],
    }).json;
  }
}

/** The statement by which the account's own policies decide about a key. */
export function administration(account: string): DataAwsIamPolicyDocumentStatement {
  return {
    actions: [...READING, ...CHANGING, ...CRYPTOGRAPHY].map((action) => `kms:${action}`),
    resources: ["*"],
    principals: [{ type: "AWS", identifiers: [`arn:aws:iam::${account}:root`] }],
  };
}
