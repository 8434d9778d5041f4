// Who called an API, when, by which key and with what outcome: never a body, a query, a path's own values or a credential.
import type { ApiGatewayStageAccessLogSettings } from "@cdktf/provider-aws/lib/api-gateway-stage";
import type { Construct } from "constructs";
import type { KeyRef } from "./data-key";
import { logGroup } from "./log-group";
import type { Platform } from "./platform";

// API Gateway's names of what it knows about a request.
const FIELDS = {
  request_id: "$context.requestId",
  at: "$context.requestTimeEpoch",
  method: "$context.httpMethod",
  resource: "$context.resourcePath",
  status: "$context.status",
  error: "$context.error.responseType",
  milliseconds: "$context.responseLatency",
  answer_bytes: "$context.responseLength",
  tenant_id: "$context.authorizer.tenant_id",
  key_id: "$context.authorizer.key_id",
  waf_status: "$context.waf.status",
};

/** The access log of a stage: a log group of its own, one JSON object a line. */
export function accessLog(
  scope: Construct,
  { prefix, logRetentionDays }: Pick<Platform, "prefix" | "logRetentionDays">,
  name: string,
  key: KeyRef,
): ApiGatewayStageAccessLogSettings {
  const logs = logGroup(scope, "access-logs", {
    name: `/aws/apigateway/${prefix}-${name}`,
    address: `access_${name}`,
    retentionDays: logRetentionDays,
    key,
  });
  return { destinationArn: logs.arn, format: JSON.stringify(FIELDS) };
}
