// An API under a name of our own: TLS 1.2 at least, and no other name leads to it.
import { ApiGatewayBasePathMapping } from "@cdktf/provider-aws/lib/api-gateway-base-path-mapping";
import { ApiGatewayDomainName } from "@cdktf/provider-aws/lib/api-gateway-domain-name";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";

/** A host name and its certificate; the record that leads to it is made where the zone is. */
export interface ApiDomain {
  /** Such as `eventos.mercafacil.com`. */
  readonly name: string;
  /** ARN of its ACM certificate, in the API's region. */
  readonly certificateArn: string;
}

/** Serves a stage under the domain; returns the URL of its root, without a trailing slash. */
export function apiDomain(
  scope: Construct,
  { name, certificateArn }: ApiDomain,
  restApiId: string,
  stageName: string,
  ready: ITerraformDependable,
): string {
  const domain = new ApiGatewayDomainName(scope, "domain", {
    domainName: name,
    regionalCertificateArn: certificateArn,
    endpointConfiguration: { types: ["REGIONAL"] },
    securityPolicy: "TLS_1_2",
  });
  new ApiGatewayBasePathMapping(scope, "mapping", {
    apiId: restApiId,
    stageName,
    domainName: domain.domainName,
    dependsOn: [ready],
  });
  return `https://${domain.domainName}`;
}
