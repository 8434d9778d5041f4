// A network of the module's own: two private subnets in two zones, in which nothing is reached from outside; every
// connection is logged, and S3 holds no bucket but the platform's and those that Airflow and EMR start from.
import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { flowLog } from "./flow-log";
import { interfaceEndpoints } from "./interface-endpoints";
import { natGateway } from "./nat-gateway";
import { MANAGED_POLICY_TAG, type Network, type NetworkProps, type Place } from "./network";
import { s3Endpoint } from "./s3-endpoint";
import { ANYWHERE, connect, type Destination, HTTPS, reach, securityGroup } from "./security-group";

/** Bits by which a subnet's prefix is longer than the network's: each subnet is a quarter. */
export const SUBNET_BITS = 2;

// The quarters: two private subnets, and the public one of a NAT gateway.
const PRIVATE = [0, 1];
const PUBLIC = 2;

const TAGGED = { [MANAGED_POLICY_TAG]: "true" };

export type OwnNetworkProps = Omit<NetworkProps, "network"> & Omit<Extract<Network, { kind: "own" }>, "kind">;

/** VPC, subnets, their ways out and Airflow's security group. */
export class OwnNetwork extends Construct implements Place {
  readonly vpcId: string;
  readonly privateSubnetIds: readonly string[];
  readonly airflowSecurityGroupIds: readonly string[];
  readonly machineSecurityGroupIds: readonly string[] = [];
  readonly aws: readonly Destination[];
  readonly s3: Destination;
  private readonly zones: DataAwsAvailabilityZones;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: OwnNetworkProps,
  ) {
    super(scope, id);
    const { platform, buckets, key } = props;
    this.zones = new DataAwsAvailabilityZones(this, "zones", {
      state: "available",
      filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    });
    this.vpcId = this.vpc();
    new DefaultSecurityGroup(this, "default-group", { vpcId: this.vpcId });
    flowLog(this, { platform, vpcId: this.vpcId, key });
    this.privateSubnetIds = PRIVATE.map((quarter) => this.subnet(`private_${quarter}`, quarter, TAGGED));
    const routeTableId = this.privateRoutes();
    this.s3 = { prefixListId: s3Endpoint(this, { platform, vpcId: this.vpcId, routeTableId, buckets }) };
    this.aws = props.egress === "nat" ? this.throughInternet(routeTableId) : this.throughEndpoints();
    this.airflowSecurityGroupIds = [this.airflowGroup()];
  }

  private vpc(): string {
    const { platform, cidr } = this.props;
    const vpc = new Vpc(this, "vpc", {
      cidrBlock: cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: `${platform.prefix}-night` },
    });
    vpc.overrideLogicalId("vpc_night");
    return vpc.id;
  }

  private subnet(name: string, quarter: number, tags: Readonly<Record<string, string>>): string {
    const subnet = new Subnet(this, name, {
      vpcId: this.vpcId,
      cidrBlock: Fn.cidrsubnet(this.props.cidr, SUBNET_BITS, quarter),
      availabilityZone: Fn.element(this.zones.names, quarter % PRIVATE.length),
      mapPublicIpOnLaunch: false,
      tags: { Name: `${this.props.platform.prefix}-${name.replace("_", "-")}`, ...tags },
      // A zone that AWS adds later moves no subnet, and so no Airflow.
      lifecycle: { ignoreChanges: ["availability_zone"] },
    });
    subnet.overrideLogicalId(`subnet_${name}`);
    return subnet.id;
  }

  private privateRoutes(): string {
    const table = new RouteTable(this, "private-routes", {
      vpcId: this.vpcId,
      tags: { Name: `${this.props.platform.prefix}-private` },
    });
    for (const [place, subnetId] of this.privateSubnetIds.entries())
      new RouteTableAssociation(this, `private-routes-${place}`, { subnetId, routeTableId: table.id });
    return table.id;
  }

  private throughInternet(routeTableId: string): Destination[] {
    const publicSubnetId = this.subnet("public", PUBLIC, {});
    natGateway(this, { prefix: this.props.platform.prefix, vpcId: this.vpcId, publicSubnetId, routeTableId });
    return [ANYWHERE];
  }

  private throughEndpoints(): Destination[] {
    const { platform, cidr } = this.props;
    interfaceEndpoints(this, { platform, vpcId: this.vpcId, subnetIds: this.privateSubnetIds, cidr });
    return [{ cidrIpv4: cidr }, this.s3];
  }

  /** Airflow's parts, and the endpoints that MWAA makes for its database and its web server, talk within one group. */
  private airflowGroup(): string {
    const { prefix } = this.props.platform;
    const airflow = securityGroup(this, {
      prefix,
      group: "airflow",
      description: "Airflow: scheduler, workers, web server and database",
      vpcId: this.vpcId,
    });
    connect(this, { airflow }, [["airflow", "airflow", "all"]]);
    reach(this, "airflow", airflow, this.aws, HTTPS);
    return airflow;
  }
}
