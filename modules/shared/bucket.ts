// A bucket is private, reached by TLS only, encrypted, versioned and free of ACLs, whatever it is for; who read it is
// logged, and nothing in it outlives its use.
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketLoggingA } from "@cdktf/provider-aws/lib/s3-bucket-logging";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import type { KeyRef } from "./data-key";
import { type Disposal, dataLifecycle, isDisposable } from "./disposal";
import type { BucketRef, LogBucketRef } from "./grants";
import { accountId } from "./policy";

/** Days that objects below a prefix are kept. */
export interface Expiry {
  /** Such as `errors/`. */
  readonly prefix: string;
  readonly days: number;
}

export interface ClosedBucketProps {
  /** Prefix of the bucket's name. */
  readonly prefix: string;
  /** The rest of its name, and of its fixed address in the state. */
  readonly bucket: string;
  readonly disposal: Disposal;
  /** What expires; the rest is kept. */
  readonly expiry: readonly Expiry[];
}

// An overwritten or deleted object can be brought back for so long; then a deletion is one.
const NONCURRENT_DAYS = 30;
const UNFINISHED_UPLOAD_DAYS = 7;

/** Folder of a log bucket that S3 writes access logs to. */
const ACCESS_LOGS = "access/";

/** What all buckets have in common. */
abstract class ClosedBucket extends Construct {
  readonly name: string;
  readonly arn: string;

  protected constructor(
    scope: Construct,
    { prefix, bucket: name, disposal, expiry }: ClosedBucketProps,
    encryption:
      | { readonly sseAlgorithm: "AES256" }
      | { readonly sseAlgorithm: "aws:kms"; readonly kmsMasterKeyId: string },
  ) {
    super(scope, `${name}-bucket`);
    const bucket = new S3Bucket(this, "bucket", {
      bucket: `${prefix}-${name}`,
      forceDestroy: isDisposable(disposal),
      lifecycle: dataLifecycle(disposal),
    });
    bucket.overrideLogicalId(`bucket_${name}`);
    this.name = bucket.bucket;
    this.arn = bucket.arn;
    this.keepPrivate();
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: this.name,
      // A bucket key asks KMS once for many objects.
      rule: [{ bucketKeyEnabled: true, applyServerSideEncryptionByDefault: encryption }],
    });
    this.keepVersions(expiry);
    this.allowOnlyTls();
  }

  /** What the bucket's policy allows besides; the refusal of plain HTTP is always there. */
  protected allowed(): DataAwsIamPolicyDocumentStatement[] {
    return [];
  }

  private keepPrivate(): void {
    new S3BucketPublicAccessBlock(this, "public-access-block", {
      bucket: this.name,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, "ownership", {
      bucket: this.name,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
  }

  private keepVersions(expiry: readonly Expiry[]): void {
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket: this.name,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: this.name,
      rule: [everywhere(), ...expiry.map(expiring)],
      dependsOn: [versioning],
    });
  }

  private allowOnlyTls(): void {
    const policy = new DataAwsIamPolicyDocument(this, "tls-only", {
      statement: [
        {
          effect: "Deny",
          actions: ["s3:*"],
          resources: [this.arn, `${this.arn}/*`],
          principals: [{ type: "*", identifiers: ["*"] }],
          condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
        },
        ...this.allowed(),
      ],
    });
    new S3BucketPolicy(this, "policy", { bucket: this.name, policy: policy.json });
  }
}

function everywhere(): S3BucketLifecycleConfigurationRule {
  return {
    id: "superseded",
    status: "Enabled",
    filter: [{ prefix: "" }],
    noncurrentVersionExpiration: [{ noncurrentDays: NONCURRENT_DAYS }],
    abortIncompleteMultipartUpload: [{ daysAfterInitiation: UNFINISHED_UPLOAD_DAYS }],
  };
}

function expiring({ prefix, days }: Expiry): S3BucketLifecycleConfigurationRule {
  return { id: prefix.replaceAll("/", " ").trim(), status: "Enabled", filter: [{ prefix }], expiration: [{ days }] };
}

/** A bucket for access logs and other logs, under S3's own key: S3 writes access logs to no other. */
export class LogBucket extends ClosedBucket implements LogBucketRef {
  constructor(scope: Construct, props: ClosedBucketProps) {
    super(scope, props, { sseAlgorithm: "AES256" });
  }

  protected override allowed(): DataAwsIamPolicyDocumentStatement[] {
    return [
      {
        actions: ["s3:PutObject"],
        resources: [`${this.arn}/${ACCESS_LOGS}*`],
        principals: [{ type: "Service", identifiers: ["logging.s3.amazonaws.com"] }],
        condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId(this)] }],
      },
    ];
  }
}

export interface PrivateBucketProps extends ClosedBucketProps {
  /** The key that its objects lie under. */
  readonly key: KeyRef;
  /** Where S3 logs who read and wrote. */
  readonly logs: LogBucketRef;
}

/** A bucket for data, under a customer-managed key. */
export class PrivateBucket extends ClosedBucket implements BucketRef {
  readonly key: KeyRef;

  constructor(scope: Construct, props: PrivateBucketProps) {
    super(scope, props, { sseAlgorithm: "aws:kms", kmsMasterKeyId: props.key.arn });
    this.key = props.key;
    new S3BucketLoggingA(this, "access-log", {
      bucket: this.name,
      targetBucket: props.logs.name,
      targetPrefix: `${ACCESS_LOGS}${props.bucket}/`,
    });
  }
}
