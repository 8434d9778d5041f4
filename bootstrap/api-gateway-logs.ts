// API Gateway logs for all APIs of an account and region by one role; without it no stage can have an access log.
import { ApiGatewayAccount } from "@cdktf/provider-aws/lib/api-gateway-account";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { ServiceRole } from "../modules/shared/policy";

// AWS's own policy for exactly this.
const POLICY = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";

/** The role of the account's API Gateway. */
export class ApiGatewayLogs extends Construct {
  constructor(scope: Construct, id: string, prefix: string) {
    super(scope, id);
    const role = new ServiceRole(this, "role", {
      name: `${prefix}-api-gateway-logs`,
      services: ["apigateway.amazonaws.com"],
      onlyForThisAccount: true,
      permissions: [],
    });
    const attachment = new IamRolePolicyAttachment(this, "policy", { role: role.name, policyArn: POLICY });
    new ApiGatewayAccount(this, "account", {
      cloudwatchRoleArn: role.arn,
      dependsOn: [attachment],
    });
  }
}
