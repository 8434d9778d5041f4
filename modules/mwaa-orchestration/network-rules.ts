// A network that AWS would refuse, or that a night would outgrow, is refused at synth.
import { BlockList, isIPv4 } from "node:net";
import { Token } from "cdktf";
import { isWhole, type Rule } from "../shared/rules";
import { ENDPOINTS } from "./interface-endpoints";
import type { Network } from "./network";
import type { NightSettings } from "./night-configuration";
import { SUBNET_BITS } from "./own-network";

/** What the rules look at. */
export interface NetworkSubject {
  readonly network: Network;
  readonly night: Pick<NightSettings, "cluster" | "airflow">;
}

type Own = Extract<Network, { kind: "own" }>;
type Existing = Extract<Network, { kind: "existing" }>;

const EGRESS = ["endpoints", "nat"];

// Prefix lengths: AWS takes /16–/28, and a quarter of a /24 is the least that a night fits into.
const PREFIX = { least: 16, most: 24 };

// AWS keeps five addresses of every subnet; MWAA takes some for schedulers, web servers and its own endpoints.
const KEPT_BY_AWS = 5;
const AIRFLOWS_OWN = 10;

/** The private networks of RFC 1918: EMR's machines find each other in no other. */
const PRIVATE = new BlockList();
PRIVATE.addSubnet("10.0.0.0", 8);
PRIVATE.addSubnet("172.16.0.0", 12);
PRIVATE.addSubnet("192.168.0.0", 16);

/** A rule about networks of the module's own. */
const own = (
  rule: string,
  received: (network: Own, subject: NetworkSubject) => unknown,
  holds: (network: Own, subject: NetworkSubject) => boolean,
  remedy: string,
): Rule<NetworkSubject> => ({
  rule,
  received: (subject) => (subject.network.kind === "own" ? received(subject.network, subject) : undefined),
  holds: (subject) => subject.network.kind !== "own" || holds(subject.network, subject),
  remedy,
});

/** A rule about networks that are there. */
const existing = (
  rule: string,
  received: (network: Existing) => unknown,
  holds: (network: Existing) => boolean,
  remedy: string,
): Rule<NetworkSubject> => ({
  rule,
  received: ({ network }) => (network.kind === "existing" ? received(network) : undefined),
  holds: ({ network }) => network.kind !== "existing" || holds(network),
  remedy,
});

/** The rules of a night's network. */
export const NETWORK_RULES: readonly Rule<NetworkSubject>[] = [
  {
    rule: "network.kind is own or existing",
    received: ({ network }) => network.kind,
    holds: ({ network }) => ["own", "existing"].includes(network.kind),
    remedy: "take own, unless the account has a network for this",
  },
  own(
    `cidr is a private IPv4 network of /${PREFIX.least}–/${PREFIX.most}, by its first address`,
    ({ cidr }) => cidr,
    ({ cidr }) => isPrivateNetwork(cidr),
    "write one such as 10.40.0.0/22",
  ),
  own(
    `egress is one of ${EGRESS.join(", ")}`,
    ({ egress }) => egress,
    ({ egress }) => EGRESS.includes(egress),
    "take endpoints where real shoppers' data is, nat elsewhere",
  ),
  own(
    "each private subnet, a quarter of the network, has an address for every machine, worker and endpoint",
    ({ cidr }, { night }) => ({ cidr, addresses: addressesOf(cidr), needed: needed(night) }),
    // What is no network at all is told by the rule above.
    ({ cidr }, { night }) => !isPrivateNetwork(cidr) || addressesOf(cidr) >= needed(night),
    "take a larger network (a smaller number after the slash) or fewer machines",
  ),
  existing(
    "vpcId is a VPC id",
    ({ vpcId }) => vpcId,
    ({ vpcId }) => isId("vpc", vpcId),
    "write vpc- and 8 or 17 hexadecimal digits",
  ),
  existing(
    "privateSubnetIds are two different subnets",
    ({ privateSubnetIds }) => privateSubnetIds,
    ({ privateSubnetIds: ids }) => ids.length === 2 && new Set(ids).size === 2 && ids.every((id) => isId("subnet", id)),
    "name two private subnets in two zones: MWAA takes exactly two",
  ),
  existing(
    "securityGroupIds are 1–4 security groups",
    ({ securityGroupIds }) => securityGroupIds,
    // A machine takes five at most, one of them its own.
    ({ securityGroupIds: ids }) => isWhole(ids.length, 1, 4) && ids.every((id) => isId("sg", id)),
    "name the security group of Airflow",
  ),
];

const isId = (kind: string, id: string) =>
  Token.isUnresolved(id) || new RegExp(`^${kind}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id);

const prefixOf = (cidr: string) => Number(/\/(\d{1,2})$/.exec(cidr)?.[1]);

function isPrivateNetwork(cidr: string): boolean {
  const [address = ""] = cidr.split("/");
  const prefix = prefixOf(cidr);
  if (!isIPv4(address) || !isWhole(prefix, PREFIX.least, PREFIX.most) || !PRIVATE.check(address)) return false;
  const bits = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return bits % 2 ** (32 - prefix) === 0;
}

const addressesOf = (cidr: string) => 2 ** (32 - prefixOf(cidr) - SUBNET_BITS) - KEPT_BY_AWS;

const needed = ({ cluster, airflow }: NetworkSubject["night"]) =>
  cluster.coreInstances.most + 1 + airflow.maxWorkers + ENDPOINTS.length + AIRFLOWS_OWN;
