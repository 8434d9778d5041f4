// A secret is made empty: its value is filled in out of band and never passes through a plan or a state.
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Construct } from "constructs";
import type { KeyRef } from "./data-key";
import { type Disposal, dataLifecycle, isDisposable } from "./disposal";
import type { SecretRef } from "./grants";

export interface EmptySecretProps {
  /** Prefix of the secret's name. */
  readonly prefix: string;
  /** The rest of its name, and of its fixed address in the state. */
  readonly secret: string;
  /** What must be filled in, shape included. */
  readonly description: string;
  /** The key that its value lies under. */
  readonly key: KeyRef;
  readonly disposal: Disposal;
}

// The longest AWS gives to change one's mind, and at once where nothing is kept.
const RECOVERY_DAYS = 30;

/** A Secrets Manager secret without a value. */
export class EmptySecret extends Construct implements SecretRef {
  readonly arn: string;
  readonly key: KeyRef;

  constructor(scope: Construct, props: EmptySecretProps) {
    super(scope, `${props.secret}-secret`);
    const secret = new SecretsmanagerSecret(this, "secret", {
      name: `${props.prefix}/${props.secret}`,
      description: props.description,
      kmsKeyId: props.key.arn,
      recoveryWindowInDays: isDisposable(props.disposal) ? 0 : RECOVERY_DAYS,
      lifecycle: dataLifecycle(props.disposal),
    });
    secret.overrideLogicalId(`secret_${props.secret}`);
    this.arn = secret.arn;
    this.key = props.key;
  }
}
