// What is reached from outside and what the night runs in: APIs, firewall, Airflow, clusters and networks.
import { type Area, TAGS } from "./area";

export const NETWORK_AREAS: readonly Area[] = [
  {
    service: "apigateway",
    types: ["aws_api_gateway_"],
    resources: ({ region }) =>
      ["restapis", "restapis/*", "usageplans", "usageplans/*", "domainnames", "domainnames/*", "account", "tags/*"].map(
        (kind) => `arn:aws:apigateway:${region}::/${kind}`,
      ),
    read: ["GET"],
    write: ["DELETE", "PATCH", "POST", "PUT", "SetWebACL"],
  },
  {
    service: "wafv2",
    types: ["aws_wafv2_"],
    resources: ({ account, region, prefix }) => [
      `arn:aws:wafv2:${region}:${account}:regional/webacl/${prefix}*/*`,
      `arn:aws:wafv2:${region}:${account}:regional/managedruleset/*/*`,
      `arn:aws:apigateway:${region}::/restapis/*/stages/*`,
    ],
    read: ["GetLoggingConfiguration", "GetWebACL", "GetWebACLForResource", "ListTagsForResource"],
    write: [
      ...["AssociateWebACL", "CreateWebACL", "DeleteLoggingConfiguration", "DeleteWebACL", "DisassociateWebACL"],
      ...["PutLoggingConfiguration", ...TAGS, "UpdateWebACL"],
    ],
  },
  {
    service: "airflow",
    types: ["aws_mwaa_"],
    resources: ({ account, region, prefix }) => [`arn:aws:airflow:${region}:${account}:environment/${prefix}`],
    read: ["GetEnvironment", "ListTagsForResource"],
    write: ["CreateEnvironment", "DeleteEnvironment", "UpdateEnvironment", ...TAGS],
    run: ["PublishMetrics"],
  },
  {
    service: "elasticmapreduce",
    types: ["aws_emr_"],
    resources: ({ account, region }) => [`arn:aws:elasticmapreduce:${region}:${account}:cluster/*`],
    run: [
      ...["AddJobFlowSteps", "AddTags", "CancelSteps", "DescribeCluster", "DescribeStep", "ListSteps"],
      "TerminateJobFlows",
    ],
    anywhere: {
      read: ["DescribeSecurityConfiguration"],
      write: ["CreateSecurityConfiguration", "DeleteSecurityConfiguration"],
      run: ["ListClusters", "RunJobFlow"],
    },
  },
  {
    service: "ec2",
    types: [
      ...["aws_vpc", "aws_subnet", "aws_security_group", "aws_route", "aws_nat_gateway", "aws_internet_gateway"],
      ...["aws_eip", "aws_network_", "aws_default_", "aws_flow_log"],
    ],
    resources: () => [],
    anywhere: {
      read: [
        ...["DescribeAddresses", "DescribeAddressesAttribute", "DescribeAvailabilityZones", "DescribeFlowLogs"],
        ...["DescribeInternetGateways", "DescribeManagedPrefixLists", "DescribeNatGateways", "DescribeNetworkAcls"],
        ...["DescribeNetworkInterfaces", "DescribePrefixLists", "DescribeRouteTables", "DescribeSecurityGroupRules"],
        ...["DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcAttribute", "DescribeVpcEndpoints"],
        ...["DescribeVpcEndpointServices", "DescribeVpcs"],
      ],
      write: [
        ...["AllocateAddress", "AssociateRouteTable", "AttachInternetGateway", "AuthorizeSecurityGroupEgress"],
        ...["AuthorizeSecurityGroupIngress", "CreateFlowLogs", "CreateInternetGateway", "CreateNatGateway"],
        ...["CreateNetworkInterface", "CreateNetworkInterfacePermission", "CreateRoute", "CreateRouteTable"],
        ...["CreateSecurityGroup", "CreateSubnet", "CreateTags", "CreateVpc", "CreateVpcEndpoint"],
        ...["DeleteFlowLogs", "DeleteInternetGateway", "DeleteNatGateway", "DeleteNetworkInterface", "DeleteRoute"],
        ...["DeleteRouteTable", "DeleteSecurityGroup", "DeleteSubnet", "DeleteTags", "DeleteVpc"],
        ...["DeleteVpcEndpoints", "DetachInternetGateway", "DisassociateAddress", "DisassociateRouteTable"],
        ...["ModifySecurityGroupRules", "ModifySubnetAttribute", "ModifyVpcAttribute", "ModifyVpcEndpoint"],
        ...["ReleaseAddress", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"],
      ],
      // Lambda and MWAA in a network of ours; the rest is AmazonEMRServicePolicy_v2.
      run: [
        ...["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateFleet", "CreateLaunchTemplate"],
        ...["CreateLaunchTemplateVersion", "CreateNetworkInterface", "CreatePlacementGroup", "CreateSecurityGroup"],
        ...["CreateTags", "CreateVpcEndpoint", "DeleteLaunchTemplate", "DeleteNetworkInterface"],
        ...["DeletePlacementGroup", "DeleteTags", "DescribeAccountAttributes", "DescribeCapacityReservations"],
        ...["DescribeDhcpOptions", "DescribeImages", "DescribeInstanceTypeOfferings", "DescribeInstances"],
        ...["DescribeLaunchTemplates", "DescribeNetworkAcls", "DescribeNetworkInterfaces"],
        ...["DescribePlacementGroups", "DescribeRouteTables", "DescribeSecurityGroups", "DescribeSubnets"],
        ...["DescribeVolumeStatus", "DescribeVolumes", "DescribeVpcAttribute", "DescribeVpcEndpoints"],
        ...["DescribeVpcs", "ModifyInstanceAttribute", "ModifyVpcEndpoint", "RevokeSecurityGroupEgress"],
        ...["RevokeSecurityGroupIngress", "RunInstances", "TerminateInstances"],
      ],
    },
  },
];
