// One way to the internet for private subnets, and none back: a NAT gateway in one zone. A night whose zone is down fails
// with it and is run again; a second gateway would cost twice as much for that.
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import type { Construct } from "constructs";

const EVERYWHERE = "0.0.0.0/0";

export interface NatGatewayProps {
  /** Prefix of names, such as `mercafacil-dev`. */
  readonly prefix: string;
  readonly vpcId: string;
  /** Where the gateway stands. */
  readonly publicSubnetId: string;
  /** The routes of the private subnets. */
  readonly routeTableId: string;
}

/** Internet gateway, NAT gateway and the routes to them. */
export function natGateway(scope: Construct, { prefix, vpcId, publicSubnetId, routeTableId }: NatGatewayProps): void {
  const tags = { Name: `${prefix}-nat` };
  const internet = new InternetGateway(scope, "internet-gateway", { vpcId, tags });
  const table = new RouteTable(scope, "public-routes", { vpcId, tags: { Name: `${prefix}-public` } });
  new RouteTableAssociation(scope, "public-routes-0", { subnetId: publicSubnetId, routeTableId: table.id });
  new Route(scope, "public-default", {
    routeTableId: table.id,
    destinationCidrBlock: EVERYWHERE,
    gatewayId: internet.id,
  });
  const address = new Eip(scope, "nat-address", { domain: "vpc", tags });
  const nat = new NatGateway(scope, "nat-gateway", {
    subnetId: publicSubnetId,
    allocationId: address.id,
    tags,
    dependsOn: [internet],
  });
  new Route(scope, "private-default", { routeTableId, destinationCidrBlock: EVERYWHERE, natGatewayId: nat.id });
}
