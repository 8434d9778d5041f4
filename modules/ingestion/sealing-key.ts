// Rejected events are sealed under this key's public half; only the role that replays them may open one.
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { administration } from "../shared/data-key";
import { type Disposal, dataLifecycle, deletionDays } from "../shared/disposal";
import type { Grant } from "../shared/grants";
import { accountId } from "../shared/policy";

/** An asymmetric key whose private half never leaves KMS. */
export class SealingKey extends Construct {
  private readonly arn: string;

  constructor(scope: Construct, id: string, prefix: string, disposal: Disposal) {
    super(scope, id);
    const key = new KmsKey(this, "key", {
      description: `Seals events that ${prefix} rejected`,
      keyUsage: "ENCRYPT_DECRYPT",
      customerMasterKeySpec: "RSA_4096",
      deletionWindowInDays: deletionDays(disposal),
      policy: new DataAwsIamPolicyDocument(this, "policy", { statement: [administration(accountId(this))] }).json,
      lifecycle: dataLifecycle(disposal),
    });
    key.overrideLogicalId("sealing_key");
    new KmsAlias(this, "alias", { name: `alias/${prefix}-seal`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }

  /** Sealing needs the public half only. */
  sealGrant(variable: string): Grant {
    const permissions = [{ actions: ["kms:GetPublicKey"], resources: [this.arn] }];
    return { environment: { [variable]: this.arn }, permissions };
  }
}
