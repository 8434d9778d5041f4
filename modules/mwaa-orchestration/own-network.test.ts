import { type Block, type Synthesized, synthesize, TEST_KEY, TEST_PLATFORM } from "../shared/synth-fixture";
import { ENDPOINTS } from "./interface-endpoints";
import type { Egress } from "./network";
import { OwnNetwork } from "./own-network";

const CIDR = "10.40.0.0/22";
const bucket = (name: string) => ({ name, arn: `arn:aws:s3:::${name}`, key: TEST_KEY });
const BUCKETS = { in: bucket("in"), out: bucket("out"), artifacts: bucket("artifacts"), logs: bucket("logs") };

const network = (egress: Egress): Synthesized =>
  synthesize("/nowhere", (scope) => {
    new OwnNetwork(scope, "network", {
      platform: TEST_PLATFORM,
      buckets: BUCKETS,
      key: TEST_KEY,
      cidr: CIDR,
      egress,
    });
  });
const closed = network("endpoints");
const open = network("nat");

const VPC = `\${aws_vpc.vpc_night.id}`;
const PRIVATE = [`\${aws_subnet.subnet_private_0.id}`, `\${aws_subnet.subnet_private_1.id}`];
const statements = (stack: Synthesized, reference: string): Block[] =>
  stack.data.aws_iam_policy_document![reference.split(".")[2]!]!.statement;
const destinations = ({ cidr_ipv4, prefix_list_id, referenced_security_group_id }: Block) =>
  cidr_ipv4 ?? prefix_list_id ?? referenced_security_group_id;
const out = (stack: Synthesized) =>
  stack.all("aws_vpc_security_group_egress_rule").map((rule) => [rule.from_port, destinations(rule)]);

describe.each([
  ["endpoints", closed],
  ["nat", open],
])("with %s", (_, stack) => {
  test("there are two private subnets in two zones, quarters of the network, that EMR may use", () => {
    const subnets = stack.all("aws_subnet").filter(({ tags }) => tags.Name.includes("private"));
    expect(subnets.map(({ cidr_block }) => cidr_block)).toEqual(
      [0, 1].map((n) => `\${cidrsubnet("${CIDR}", 2, ${n})}`),
    );
    expect(new Set(subnets.map(({ availability_zone }) => availability_zone)).size).toBe(2);
    for (const subnet of subnets)
      expect(subnet).toMatchObject({
        vpc_id: VPC,
        map_public_ip_on_launch: false,
        tags: { "for-use-with-amazon-emr-managed-policies": "true" },
        lifecycle: { ignore_changes: ["availability_zone"] },
      });
  });

  test("the default security group lets nothing through, and every connection is logged for the environment's time", () => {
    const closedGroup = stack.one("aws_default_security_group", { vpc_id: VPC });
    expect([closedGroup.ingress, closedGroup.egress]).toEqual([undefined, undefined]);
    expect(stack.one("aws_flow_log")).toMatchObject({ vpc_id: VPC, traffic_type: "ALL" });
    expect(stack.one("aws_cloudwatch_log_group")).toMatchObject({
      retention_in_days: TEST_PLATFORM.logRetentionDays,
      kms_key_id: TEST_KEY.arn,
    });
    const anywhere = stack.permissions("mercafacil-test-flow-log").filter(({ resources }) => resources.includes("*"));
    expect(anywhere.flatMap(({ actions }) => actions)).toEqual(["logs:DescribeLogGroups"]);
  });

  test("S3 is the platform's buckets and, to read, those that EMR and MWAA start from", () => {
    const gateway = stack.one("aws_vpc_endpoint", { vpc_endpoint_type: "Gateway" });
    expect(gateway.service_name).toBe("com.amazonaws.sa-east-1.s3");
    const reachable = statements(stack, gateway.policy);
    const writing = reachable.filter(({ actions }) =>
      actions.some((action: string) => /Put|Delete|Abort/.test(action)),
    );
    expect(writing.flatMap(({ resources }) => resources)).toEqual(
      ["in", "out", "artifacts", "logs"].map((name) => `arn:aws:s3:::${name}/*`),
    );
    const reading = reachable.filter(({ actions }) => actions.join() === "s3:GetObject");
    expect(reading.flatMap(({ resources }) => resources)).toEqual([
      "arn:aws:s3:::al2023-repos-sa-east-1-de612dc2/*",
      "arn:aws:s3:::repo.sa-east-1.emr.amazonaws.com/*",
      "arn:aws:s3:::prod-sa-east-1-starport-layer-bucket/*",
    ]);
    const everywhere = reachable.filter(({ resources }) => resources.includes("*"));
    expect(everywhere.flatMap(({ actions }) => actions)).toEqual(["s3:GetAccountPublicAccessBlock"]);
    expect(reachable.flatMap(({ actions }) => actions).filter((action) => action.includes("*"))).toEqual([]);
  });

  test("Airflow's parts talk among themselves, and nobody from outside talks to them", () => {
    const airflow = `\${aws_security_group.security_group_airflow.id}`;
    const into = stack.all("aws_vpc_security_group_ingress_rule").filter((rule) => rule.security_group_id === airflow);
    expect(into).toHaveLength(1);
    expect(into[0]).toMatchObject({ ip_protocol: "-1", referenced_security_group_id: airflow });
    expect(into[0]).not.toHaveProperty("cidr_ipv4");
  });
});

test("through endpoints there is no way to the internet: not a gateway, not a route, not a rule", () => {
  for (const type of ["aws_internet_gateway", "aws_nat_gateway", "aws_eip", "aws_route"])
    expect({ type, found: closed.all(type) }).toEqual({ type, found: [] });
  expect(closed.all("aws_subnet")).toHaveLength(2);
  expect(out(closed).filter(([, to]) => to === "0.0.0.0/0")).toEqual([]);
});

test("each API that MWAA and EMR need answers under its own name in both subnets, to this network alone", () => {
  const endpoints = closed.all("aws_vpc_endpoint").filter(({ vpc_endpoint_type: type }) => type === "Interface");
  expect(endpoints.map(({ service_name: name }) => name.slice("com.amazonaws.sa-east-1.".length))).toEqual(ENDPOINTS);
  expect(ENDPOINTS).toEqual(
    expect.arrayContaining(["airflow.env", "airflow.ops", "sqs", "logs", "monitoring", "kms", "elasticmapreduce"]),
  );
  const group = `\${aws_security_group.security_group_endpoints.id}`;
  for (const endpoint of endpoints)
    expect(endpoint).toMatchObject({ private_dns_enabled: true, subnet_ids: PRIVATE, security_group_ids: [group] });
  const [admitted] = closed
    .all("aws_vpc_security_group_ingress_rule")
    .filter((rule) => rule.security_group_id === group);
  expect(admitted).toMatchObject({ cidr_ipv4: CIDR, from_port: 443, to_port: 443 });
});

test("through a NAT gateway the private subnets lead out, over a public one, and nothing leads in", () => {
  const [nat] = open.all("aws_nat_gateway");
  expect(nat).toMatchObject({ subnet_id: `\${aws_subnet.subnet_public.id}` });
  const tables = Object.entries(open.resource.aws_route_table!);
  const routes = open.all("aws_route").map(({ route_table_id: table, gateway_id, nat_gateway_id }) => {
    const [, { tags }] = tables.find(([name]) => table.includes(`.${name}.`))!;
    return `${tags.Name} by ${gateway_id ? "gateway" : "NAT"} ${/aws_\w+/.exec(gateway_id ?? nat_gateway_id)![0]}`;
  });
  expect(routes.sort()).toEqual([
    "mercafacil-test-private by NAT aws_nat_gateway",
    "mercafacil-test-public by gateway aws_internet_gateway",
  ]);
  expect(open.one("aws_subnet", { cidr_block: `\${cidrsubnet("${CIDR}", 2, 2)}` })).toMatchObject({
    map_public_ip_on_launch: false,
  });
  expect(open.all("aws_vpc_endpoint")).toHaveLength(1);
  const ports = out(open).filter(([, to]) => to === "0.0.0.0/0");
  expect(ports).toEqual([[443, "0.0.0.0/0"]]);
});
