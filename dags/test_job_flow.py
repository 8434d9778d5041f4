"""The cluster can be found and ended by every guard, and the step says all that the job needs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from job_flow import cluster_name, cluster_tags, job_flow, spark_step
from night import NightConfig
from offer_policy import policy_key
from sizing import GIB, Load, cluster_size, limits_of

DAY = date(2026, 11, 20)
DEADLINE = datetime(2026, 11, 21, 10, tzinfo=UTC)


def flow_of(config: NightConfig, attempt: int = 1, gib: int = 0) -> dict[str, Any]:
    size = cluster_size(Load(gib * GIB), limits_of(config.emr))
    return job_flow(config, DAY, DEADLINE, attempt, size)


def test_a_cluster_waits_for_its_step_and_ends_by_itself_when_idle(config: NightConfig) -> None:
    flow = flow_of(config)
    assert flow["Instances"]["KeepJobFlowAliveWhenNoSteps"] is True
    assert flow["Instances"]["TerminationProtected"] is False
    assert flow["AutoTerminationPolicy"] == {"IdleTimeout": 1800}
    assert "Steps" not in flow


def test_a_cluster_says_nothing_but_what_is_known_here(config: NightConfig) -> None:
    # No scanner sees a cluster that Terraform does not make: what is not named here is not asked of EMR. An EC2 key, a
    # public subnet, bootstrap scripts, spot machines or a second application would show up as another name.
    flow = flow_of(config)
    assert set(flow) == {
        *("Name", "ReleaseLabel", "LogUri", "ServiceRole", "JobFlowRole", "SecurityConfiguration", "Applications"),
        *("Configurations", "Instances", "AutoTerminationPolicy", "StepConcurrencyLevel", "VisibleToAllUsers", "Tags"),
    }
    assert set(flow["Instances"]) == {
        *("InstanceFleets", "Ec2SubnetIds", "KeepJobFlowAliveWhenNoSteps", "TerminationProtected"),
        *("EmrManagedMasterSecurityGroup", "EmrManagedSlaveSecurityGroup", "ServiceAccessSecurityGroup"),
        *("AdditionalMasterSecurityGroups", "AdditionalSlaveSecurityGroups"),
    }
    assert flow["Applications"] == [{"Name": "Spark"}]
    for fleet in flow["Instances"]["InstanceFleets"]:
        assert set(fleet) == {
            *("Name", "InstanceFleetType", "TargetOnDemandCapacity", "InstanceTypeConfigs", "LaunchSpecifications"),
        }
        assert fleet["LaunchSpecifications"] == {"OnDemandSpecification": {"AllocationStrategy": "lowest-price"}}
        for each in fleet["InstanceTypeConfigs"]:
            assert set(each) == {"InstanceType", "WeightedCapacity", "EbsConfiguration"}


def test_a_cluster_is_closed_and_encrypted_by_what_the_stack_made_for_it(config: NightConfig) -> None:
    flow = flow_of(config)
    assert (flow["SecurityConfiguration"], flow["LogUri"]) == ("night", "s3://night-logs/emr/")
    assert (flow["ServiceRole"], flow["JobFlowRole"]) == ("emr-service", "emr-nodes")
    instances = flow["Instances"]
    managed = ("EmrManagedMasterSecurityGroup", "EmrManagedSlaveSecurityGroup", "ServiceAccessSecurityGroup")
    assert [instances[name] for name in managed] == ["sg-m", "sg-c", "sg-s"]
    groups = {**config.emr["security_groups"], "additional": ["sg-a"]}
    elsewhere = NightConfig(**{**vars(config), "emr": {**config.emr, "security_groups": groups}})
    instances = flow_of(elsewhere)["Instances"]
    assert [instances[f"Additional{role}SecurityGroups"] for role in ("Master", "Slave")] == [["sg-a"], ["sg-a"]]


def test_a_cluster_says_whose_night_it_is_and_when_it_must_be_gone(config: NightConfig) -> None:
    tags = {tag["Key"]: tag["Value"] for tag in flow_of(config)["Tags"]}
    assert tags == cluster_tags(config, DAY, DEADLINE)
    assert tags["business_date"] == "2026-11-20"
    assert tags["deadline"] == "2026-11-21T10:00:00Z"
    assert tags["for-use-with-amazon-emr-managed-policies"] == "true"
    assert cluster_name(config, DAY) == "mercafacil-local-recommendations-2026-11-20"


def test_a_tag_of_the_environment_cannot_hide_the_nights_own(config: NightConfig) -> None:
    forged = NightConfig(**{**vars(config), "emr": {**config.emr, "tags": {"deadline": "never", "team": "reco"}}})
    tags = cluster_tags(forged, DAY, DEADLINE)
    assert (tags["deadline"], tags["team"]) == ("2026-11-21T10:00:00Z", "reco")


def types_of(flow: dict[str, Any]) -> list[list[str]]:
    fleets = flow["Instances"]["InstanceFleets"]
    return [[each["InstanceType"] for each in fleet["InstanceTypeConfigs"]] for fleet in fleets]


def test_each_attempt_asks_for_other_machines_in_every_zone(config: NightConfig) -> None:
    flows = [flow_of(config, attempt) for attempt in (1, 2, 3)]
    graviton, intel = ["m6g.xlarge", "m7g.xlarge"], ["m6i.xlarge", "m5.xlarge"]
    assert [types_of(flow) for flow in flows] == [[graviton, graviton], [intel, intel], [graviton, graviton]]
    for flow in flows:
        assert flow["Instances"]["Ec2SubnetIds"] == ["subnet-a", "subnet-b"]


def test_attempts_differ_in_nothing_but_the_machines(config: NightConfig) -> None:
    first, second = (flow_of(config, attempt) for attempt in (1, 2))
    assert first != second
    first["Instances"]["InstanceFleets"] = second["Instances"]["InstanceFleets"]
    assert first == second


def test_the_size_decides_machines_disks_and_sparks_memory_and_nothing_else(config: NightConfig) -> None:
    small, large = flow_of(config), flow_of(config, gib=100)
    master, core = large["Instances"]["InstanceFleets"]
    size = cluster_size(Load(100 * GIB), limits_of(config.emr))
    assert (master["TargetOnDemandCapacity"], core["TargetOnDemandCapacity"]) == (1, size.instances)
    assert small["Instances"]["InstanceFleets"][1]["TargetOnDemandCapacity"] < size.instances
    for each in core["InstanceTypeConfigs"]:
        (device,) = each["EbsConfiguration"]["EbsBlockDeviceConfigs"]
        assert device["VolumeSpecification"] == {"VolumeType": "gp3", "SizeInGB": size.volume_gib}
    given = {each["Classification"]: each["Properties"] for each in large["Configurations"]}
    assert given == {"spark-env": {}, "spark-defaults": size.spark_defaults(), "yarn-site": size.yarn_site()}
    small["Instances"]["InstanceFleets"], small["Configurations"] = [master, core], large["Configurations"]
    assert small == large


def test_the_job_runs_in_the_newer_python_of_the_image(config: NightConfig) -> None:
    (inner,) = flow_of(config)["Configurations"][0]["Configurations"]
    assert inner["Properties"] == {"PYSPARK_PYTHON": "python3.11"}


def test_a_failed_step_leaves_the_cluster_to_the_task_that_judges_it(config: NightConfig) -> None:
    assert spark_step(config, DAY, "2026-11-21T02:30:00Z", "ab" * 32)["ActionOnFailure"] == "CANCEL_AND_WAIT"


def test_the_same_frozen_input_is_the_same_step_and_another_is_another(config: NightConfig) -> None:
    now = "2026-11-21T02:30:00Z"
    one, same, other = (spark_step(config, DAY, now, digest) for digest in ("ab" * 32, "ab" * 32, "cd" * 32))
    assert one == same
    assert one["Name"] != other["Name"]


def test_another_policy_is_another_step_that_reads_another_file(config: NightConfig) -> None:
    other = NightConfig(**{**vars(config), "offers": {**config.offers, "rede": {"k": 3}}})
    steps = [spark_step(it, DAY, "2026-11-21T02:30:00Z", "ab" * 32) for it in (config, other)]
    assert steps[0]["Name"] != steps[1]["Name"]
    read = [step["HadoopJarStep"]["Args"][-1] for step in steps]
    assert read[0] != read[1]
    turned = NightConfig(**{**vars(config), "offers": {"*": {"minimum": 3, "k": 5}}})
    assert spark_step(turned, DAY, "2026-11-21T02:30:00Z", "ab" * 32) == steps[0]


def test_the_step_hands_the_job_every_argument_it_knows(config: NightConfig) -> None:
    arguments = spark_step(config, DAY, "2026-11-21T02:30:00Z", "ab" * 32)["HadoopJarStep"]["Args"]
    entry = arguments.index(config.code_entry)
    assert arguments[:entry] == ["spark-submit", "--deploy-mode", "cluster", "--py-files", config.code_package]
    given = dict(zip(arguments[entry + 1 :: 2], arguments[entry + 2 :: 2], strict=True))
    assert given == {
        "--business-date": "2026-11-20",
        "--now": "2026-11-21T02:30:00Z",
        "--time-zone": "America/Sao_Paulo",
        "--input": "s3://night-in/runs/2026-11-20/input.json",
        "--in": "s3://night-in",
        "--out": "s3://night-out",
        "--models": "s3://night-artifacts/models",
        "--window-days": "56",
        "--late-lookback-days": "14",
        "--late-policy": "clip",
        "--policy": f"s3://night-in/{policy_key(config, DAY)}",
    }
