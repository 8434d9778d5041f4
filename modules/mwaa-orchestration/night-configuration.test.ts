import { dev } from "../../environments/dev";
import { testConfiguration } from "./night-configuration-fixture";

const { emr } = testConfiguration();

test("a cluster is asked for with its protection, its logs and its end, and with nothing that opens it", () => {
  // No scanner sees the cluster: a key to log in with, a public subnet or a script at its start would be another name.
  expect(emr).toEqual({
    release_label: "emr-7.13.0",
    log_uri: "s3://logs/emr/",
    service_role: "emr-service",
    job_flow_role: "emr-nodes",
    security_configuration: "night",
    security_groups: { master: "sg-m", core: "sg-c", service: "sg-s", additional: [] },
    subnet_ids: ["subnet-a", "subnet-b"],
    idle_timeout_seconds: 1_800,
    instance_types: dev.night.cluster.instanceTypes,
    core_machine: { vcpus: 4, memory_gib: 16 },
    core_instances: dev.night.cluster.coreInstances,
    managed_policy_tag: "for-use-with-amazon-emr-managed-policies",
    tags: { project: "mercafacil", environment: "test" },
  });
});
