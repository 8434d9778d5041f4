import { type Block, type Synthesized, synthesize, TEST_KEY, TEST_PLATFORM } from "../shared/synth-fixture";
import { ClusterSecurity } from "./cluster-security";

const FILES = { arn: TEST_KEY.arn.replace(/.$/, "1") };
const S3 = { prefixListId: "pl-00000001" };

let security: ClusterSecurity;
const stack: Synthesized = synthesize("/nowhere", (scope) => {
  security = new ClusterSecurity(scope, "security", {
    platform: TEST_PLATFORM,
    place: {
      vpcId: "vpc-00000001",
      privateSubnetIds: [],
      airflowSecurityGroupIds: [],
      machineSecurityGroupIds: ["sg-00000001"],
      aws: [{ cidrIpv4: "10.40.0.0/22" }, S3],
      s3: S3,
    },
    disks: TEST_KEY,
    files: FILES,
  });
});

const nameOf = (reference: string) => /security_group_emr-(\w+)/.exec(reference)?.[1];
const rules = (direction: "ingress" | "egress"): Block[] => stack.all(`aws_vpc_security_group_${direction}_rule`);
const between = (direction: "ingress" | "egress") =>
  rules(direction)
    .filter(({ referenced_security_group_id: other }) => other !== undefined)
    .map(({ security_group_id: own, referenced_security_group_id: other, from_port: port = "all" }) => {
      const [from, to] = direction === "egress" ? [own, other] : [other, own];
      return `${nameOf(from)} → ${nameOf(to)}: ${port}`;
    })
    .sort();

test("disks and files are encrypted under customer-managed keys, and only sessions get a machine's credentials", () => {
  const { name, configuration } = stack.one("aws_emr_security_configuration");
  expect(name).toBe("mercafacil-test-night");
  const json = JSON.parse(/^\$\{jsonencode\((.*)\)\}$/.exec(configuration)![1]!.replaceAll(/" = /g, '": '));
  expect(json).toEqual({
    EncryptionConfiguration: {
      EnableAtRestEncryption: true,
      AtRestEncryptionConfiguration: {
        S3EncryptionConfiguration: { EncryptionMode: "SSE-KMS", AwsKmsKey: FILES.arn },
        LocalDiskEncryptionConfiguration: {
          EncryptionKeyProviderType: "AwsKms",
          AwsKmsKey: TEST_KEY.arn,
          EnableEbsEncryption: true,
        },
      },
      EnableInTransitEncryption: false,
    },
    InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: 2, HttpPutResponseHopLimit: 1 },
  });
});

test("the three groups carry EMR's tag and are those that a cluster gets", () => {
  const groups = stack.all("aws_security_group");
  expect(groups.map(({ name }) => name)).toEqual([
    "mercafacil-test-emr-core",
    "mercafacil-test-emr-master",
    "mercafacil-test-emr-service",
  ]);
  for (const { tags } of groups) expect(tags["for-use-with-amazon-emr-managed-policies"]).toBe("true");
  expect(security.groups.additional).toEqual(["sg-00000001"]);
  expect(new Set([security.groups.master, security.groups.core, security.groups.service]).size).toBe(3);
});

test("machines talk to each other, EMR's manager to them and the first machine to the manager: at both ends, and no more", () => {
  const expected = [
    "core → core: all",
    "core → master: all",
    "master → core: all",
    "master → master: all",
    "master → service: 9443",
    "service → core: 8443",
    "service → master: 8443",
  ];
  expect(between("ingress")).toEqual(expected);
  expect(between("egress")).toEqual(expected);
});

test("nobody logs in: no rule admits an address", () => {
  for (const rule of rules("ingress")) expect(rule).not.toHaveProperty("cidr_ipv4");
});

test("machines reach AWS by HTTPS, packages in S3 by HTTP, and nothing else outside", () => {
  const outside = rules("egress").filter(({ referenced_security_group_id: other }) => other === undefined);
  const seen = outside.map(({ security_group_id: own, from_port, to_port, cidr_ipv4, prefix_list_id }) =>
    [nameOf(own), from_port, to_port, cidr_ipv4 ?? prefix_list_id].join(" "),
  );
  expect(seen.sort()).toEqual(
    ["core", "master"].flatMap((name) => [
      `${name} 443 443 10.40.0.0/22`,
      `${name} 443 443 pl-00000001`,
      `${name} 80 80 pl-00000001`,
    ]),
  );
});
