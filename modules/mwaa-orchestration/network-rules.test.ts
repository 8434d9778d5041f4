import { violations } from "../shared/rules";
import type { Network } from "./network";
import { NETWORK_RULES } from "./network-rules";

const night = {
  cluster: { instanceTypes: [["m6g.xlarge"]], coreInstances: { least: 1, most: 2 } },
  airflow: { environmentClass: "mw1.small", minWorkers: 1, maxWorkers: 2 },
};
const own = { kind: "own", cidr: "10.40.0.0/22", egress: "endpoints" } as const;
const existing = {
  kind: "existing",
  vpcId: "vpc-00000000000000001",
  privateSubnetIds: ["subnet-0000000000000000a", "subnet-0000000000000000b"],
  securityGroupIds: ["sg-00000000000000001"],
} as const;

const broken = (network: Network, most = 2): string[] =>
  violations(
    "night",
    { network, night: { ...night, cluster: { ...night.cluster, coreInstances: { least: 1, most } } } },
    NETWORK_RULES,
  );

test("networks that AWS takes pass, by either way out or by their ids", () => {
  for (const cidr of ["10.0.0.0/16", "10.40.4.0/22", "172.31.255.0/24", "192.168.0.0/20"])
    for (const egress of ["endpoints", "nat"] as const)
      expect({ cidr, broken: broken({ ...own, cidr, egress }) }).toEqual({ cidr, broken: [] });
  expect(broken(existing)).toEqual([]);
  const securityGroupIds = Array.from({ length: 4 }, () => "sg-0000000a");
  expect(broken({ ...existing, vpcId: "vpc-0000000a", securityGroupIds })).toEqual([]);
});

const cases: [string, Network, string][] = [
  ["a kind that is none", { ...existing, kind: "shared" as "existing" }, "network.kind"],
  ["words for a network", { ...own, cidr: "main" }, "cidr is"],
  ["an address alone", { ...own, cidr: "10.40.0.0" }, "cidr is"],
  ["an octet over 255", { ...own, cidr: "10.40.256.0/22" }, "cidr is"],
  ["IPv6", { ...own, cidr: "fd00::/20" }, "cidr is"],
  ["addresses of the internet", { ...own, cidr: "172.32.0.0/22" }, "cidr is"],
  ["an address within the network for its first", { ...own, cidr: "10.40.1.0/22" }, "cidr is"],
  ["a network that AWS finds too large", { ...own, cidr: "10.0.0.0/15" }, "cidr is"],
  ["a network of 128 addresses", { ...own, cidr: "10.40.0.0/25" }, "cidr is"],
  ["an unknown way out", { ...own, egress: "internet" as "nat" }, "egress is"],
  ["a VPC name for its id", { ...existing, vpcId: "main" }, "vpcId"],
  ["one subnet", { ...existing, privateSubnetIds: ["subnet-0000000000000000a"] }, "privateSubnetIds"],
  ["one subnet twice", { ...existing, privateSubnetIds: Array(2).fill("subnet-0000000a") }, "privateSubnetIds"],
  ["no security group", { ...existing, securityGroupIds: [] }, "securityGroupIds"],
  [
    "more groups than a machine takes",
    { ...existing, securityGroupIds: Array(5).fill("sg-0000000a") },
    "securityGroup",
  ],
];

test.each(cases)("%s is refused, by that rule alone, with the value received and what to do", (_, network, rule) => {
  const found = broken(network);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(rule);
  expect(found[0]).toMatch(/received .+; rule: .+; .+/);
});

test("a night that its subnets cannot hold is refused, and the same night in a larger network is not", () => {
  // A quarter of a /24 has 64 addresses, five of them AWS's: 36 machines beside 23 others fit, 37 do not.
  const small = { ...own, cidr: "10.40.0.0/24" };
  expect(broken(small, 36)).toEqual([]);
  const [sentence, ...others] = broken(small, 37);
  expect(others).toEqual([]);
  expect(sentence).toContain('received {"cidr":"10.40.0.0/24","addresses":59,"needed":60}');
  expect(broken({ ...own, cidr: "10.40.0.0/23" }, 37)).toEqual([]);
});

test("every rule has a case", () => {
  const fragments = [...cases.map(([, , fragment]) => fragment), "each private subnet"];
  const without = NETWORK_RULES.filter(({ rule }) => !fragments.some((fragment) => rule.includes(fragment)));
  expect(without.map(({ rule }) => rule)).toEqual([]);
});
