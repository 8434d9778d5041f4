// Security groups whose rules are resources of their own: what EMR adds to its groups by itself stays, and is no drift.
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { Construct } from "constructs";

/** Addresses that something may be sent to. */
export type Destination = { readonly cidrIpv4: string } | { readonly prefixListId: string };

/** Everywhere. */
export const ANYWHERE: Destination = { cidrIpv4: "0.0.0.0/0" };

export const HTTP = 80;
export const HTTPS = 443;

export interface SecurityGroupProps {
  /** Prefix of the group's name, such as `mercafacil-dev`. */
  readonly prefix: string;
  /** The rest of the group's name, and of its fixed address in the state. */
  readonly group: string;
  /** What takes it. */
  readonly description: string;
  readonly vpcId: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** The id of a security group that lets nothing in or out yet. */
export function securityGroup(scope: Construct, props: SecurityGroupProps): string {
  const name = `${props.prefix}-${props.group}`;
  const group = new SecurityGroup(scope, `${props.group}-group`, {
    name,
    description: props.description,
    vpcId: props.vpcId,
    // Groups that name each other cannot go while their rules are there.
    revokeRulesOnDelete: true,
    tags: { Name: name, ...props.tags },
  });
  group.overrideLogicalId(`security_group_${props.group}`);
  return group.id;
}

/** Who may open connections to whom; a port, or all of every protocol. */
export type Connection = readonly [from: string, to: string, port: number | "all"];

/** Lets groups, by their names, talk to each other; both ends have a rule. */
export function connect(
  scope: Construct,
  groups: Readonly<Record<string, string>>,
  connections: readonly Connection[],
): void {
  for (const [from, to, port] of connections) {
    const [sender, receiver] = [groups[from]!, groups[to]!];
    const rule = { ...portOf(port), description: `${from} to ${to}` };
    new VpcSecurityGroupEgressRule(scope, `${from}-to-${to}-${port}-out`, {
      ...rule,
      securityGroupId: sender,
      referencedSecurityGroupId: receiver,
    });
    new VpcSecurityGroupIngressRule(scope, `${from}-to-${to}-${port}-in`, {
      ...rule,
      securityGroupId: receiver,
      referencedSecurityGroupId: sender,
    });
  }
}

/** Lets a group reach addresses at one port. */
export function reach(scope: Construct, name: string, groupId: string, to: readonly Destination[], port: number): void {
  for (const [place, destination] of to.entries()) {
    new VpcSecurityGroupEgressRule(scope, `${name}-${port}-out-${place}`, {
      ...portOf(port),
      ...destination,
      securityGroupId: groupId,
      description: `${name} to AWS`,
    });
  }
}

/** Lets addresses reach a group at one port. */
export function admit(scope: Construct, name: string, groupId: string, cidrIpv4: string, port: number): void {
  new VpcSecurityGroupIngressRule(scope, `${name}-${port}-in`, {
    ...portOf(port),
    cidrIpv4,
    securityGroupId: groupId,
    description: `the network to ${name}`,
  });
}

const portOf = (port: number | "all") =>
  port === "all" ? { ipProtocol: "-1" } : { ipProtocol: "tcp", fromPort: port, toPort: port };
