// A bucket is private, reached by TLS only, encrypted, versioned and free of ACLs, whatever it is for.

import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { type Disposal, dataLifecycle, isDisposable } from "./disposal";
import type { BucketRef } from "./grants";

export interface PrivateBucketProps {
  /** Prefix of the bucket's name. */
  readonly prefix: string;
  /** The rest of its name, and of its fixed address in the state. */
  readonly bucket: string;
  readonly disposal: Disposal;
}

/** A bucket with everything that keeps it closed. */
export class PrivateBucket extends Construct implements BucketRef {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, props: PrivateBucketProps) {
    super(scope, `${props.bucket}-bucket`);
    const bucket = new S3Bucket(this, "bucket", {
      bucket: `${props.prefix}-${props.bucket}`,
      forceDestroy: isDisposable(props.disposal),
      lifecycle: dataLifecycle(props.disposal),
    });
    bucket.overrideLogicalId(`bucket_${props.bucket}`);
    this.name = bucket.bucket;
    this.arn = bucket.arn;
    this.keepPrivate();
    this.encrypt();
    this.keepVersions();
    this.refusePlainHttp();
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

  private encrypt(): void {
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: this.name,
      rule: [{ bucketKeyEnabled: true, applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }],
    });
  }

  private keepVersions(): void {
    new S3BucketVersioningA(this, "versioning", {
      bucket: this.name,
      versioningConfiguration: { status: "Enabled" },
    });
  }

  private refusePlainHttp(): void {
    const policy = new DataAwsIamPolicyDocument(this, "tls-only", {
      statement: [
        {
          effect: "Deny",
          actions: ["s3:*"],
          resources: [this.arn, `${this.arn}/*`],
          principals: [{ type: "*", identifiers: ["*"] }],
          condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
        },
      ],
    });
    new S3BucketPolicy(this, "policy", { bucket: this.name, policy: policy.json });
  }
}
