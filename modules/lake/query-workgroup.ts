// Whoever asks the lake in Athena does it here: no query may read the whole lake by mistake, and what it found expires.
import { AthenaWorkgroup } from "@cdktf/provider-aws/lib/athena-workgroup";
import type { Construct } from "constructs";
import { type Disposal, isDisposable } from "../shared/disposal";
import type { LogBucketRef } from "../shared/grants";

// 100 GiB cost about a dollar; a query without a date would read more.
const SCAN_LIMIT_BYTES = 100 * 1024 ** 3;

/** The one workgroup of the environment; settings of the client's own are overruled. */
export function queryWorkgroup(scope: Construct, prefix: string, results: LogBucketRef, disposal: Disposal): void {
  new AthenaWorkgroup(scope, "queries", {
    name: `${prefix}-queries`,
    description: "Questions to the event tables",
    forceDestroy: isDisposable(disposal),
    configuration: {
      enforceWorkgroupConfiguration: true,
      publishCloudwatchMetricsEnabled: true,
      bytesScannedCutoffPerQuery: SCAN_LIMIT_BYTES,
      resultConfiguration: {
        outputLocation: `s3://${results.name}/athena/`,
        encryptionConfiguration: { encryptionOption: "SSE_S3" },
      },
    },
  });
}
