// S3 from inside the network: the platform's buckets and those that Airflow and EMR start from, and no other, so that
// nothing can be carried to somebody else's bucket.
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import type { Construct } from "constructs";
import type { LakeBuckets } from "../lake/lake";
import type { Platform } from "../shared/platform";

const BUCKET_ACTIONS = [
  ...["GetBucketLocation", "GetBucketPublicAccessBlock", "GetBucketVersioning", "GetEncryptionConfiguration"],
  ...["ListBucket", "ListBucketMultipartUploads"],
];
const OBJECT_ACTIONS = [
  ...["AbortMultipartUpload", "DeleteObject", "GetObject", "GetObjectVersion", "ListMultipartUploadParts", "PutObject"],
];

/**
 * Buckets of AWS that a cluster of EMR 7 and a container of MWAA are made from, read only: Amazon Linux 2023's packages,
 * EMR's, and the layers of images in ECR.
 * https://docs.aws.amazon.com/emr/latest/ManagementGuide/private-subnet-iampolicy.html
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
const startFrom = (region: string) => [
  `al2023-repos-${region}-de612dc2`,
  `repo.${region}.emr.amazonaws.com`,
  `prod-${region}-starport-layer-bucket`,
];

export interface S3EndpointProps {
  readonly platform: Pick<Platform, "prefix" | "region">;
  readonly vpcId: string;
  /** The routes that lead to it. */
  readonly routeTableId: string;
  readonly buckets: LakeBuckets;
}

/** The gateway to S3; returns the id of the list of S3's addresses. */
export function s3Endpoint(scope: Construct, { platform, vpcId, routeTableId, buckets }: S3EndpointProps): string {
  const { prefix, region } = platform;
  const policy = new DataAwsIamPolicyDocument(scope, "s3-endpoint-policy", {
    statement: reachable(
      Object.values(buckets).map(({ arn }) => arn),
      region,
    ),
  });
  return new VpcEndpoint(scope, "endpoint-s3", {
    vpcId,
    serviceName: `com.amazonaws.${region}.s3`,
    vpcEndpointType: "Gateway",
    routeTableIds: [routeTableId],
    policy: policy.json,
    tags: { Name: `${prefix}-s3` },
  }).prefixListId;
}

/** The policy's statements. Who may do what is said by roles and buckets; this says where. */
function reachable(ours: readonly string[], region: string): DataAwsIamPolicyDocumentStatement[] {
  const anybody = [{ type: "*", identifiers: ["*"] }];
  const statement = (actions: readonly string[], resources: readonly string[]) => ({
    actions: actions.map((action) => `s3:${action}`),
    resources: [...resources],
    principals: anybody,
  });
  return [
    statement(BUCKET_ACTIONS, ours),
    statement(
      OBJECT_ACTIONS,
      ours.map((arn) => `${arn}/*`),
    ),
    statement(
      ["GetObject"],
      startFrom(region).map((bucket) => `arn:aws:s3:::${bucket}/*`),
    ),
    // MWAA looks whether the account lets anything be public; that is about no bucket.
    statement(["GetAccountPublicAccessBlock"], ["*"]),
  ];
}
