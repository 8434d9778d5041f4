"""The EMR cluster and the Spark step of a night as the dictionaries that RunJobFlow and AddJobFlowSteps take.

Pure: the same configuration, date and deadline give the same dictionaries, and nothing else decides what runs.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from night import NightConfig, format_instant
from offer_policy import policy_digest, policy_key
from sizing import ClusterSize

BUSINESS_DATE_TAG = "business_date"
DEADLINE_TAG = "deadline"
FIRST_MACHINE_GIB = 64


def cluster_name(config: NightConfig, day: date) -> str:
    """The name under which D's cluster is looked up before one is created."""
    return f"mercafacil-{config.environment}-recommendations-{day}"


def cluster_tags(config: NightConfig, day: date, deadline: datetime) -> dict[str, str]:
    """The tags by which the guards find the cluster: whose night it is and when it must be gone."""
    return {
        **config.emr.get("tags", {}),
        "environment": config.environment,
        BUSINESS_DATE_TAG: str(day),
        DEADLINE_TAG: format_instant(deadline),
        # EMR's managed service policy acts only on clusters that carry it.
        config.emr["managed_policy_tag"]: "true",
    }


def as_tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags in the shape of the EMR API."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def instance_types(config: NightConfig, attempt: int) -> list[str]:
    """The types that the attempt (from 1) asks for: the first list, then the next, and round again."""
    lists = config.emr["instance_types"]
    return list(lists[(attempt - 1) % len(lists)])


def job_flow(config: NightConfig, day: date, deadline: datetime, attempt: int, size: ClusterSize) -> dict[str, Any]:
    """The RunJobFlow request. EMR takes the zone, and the types of the attempt's list, that have room for all of it."""
    emr = config.emr
    groups = emr["security_groups"]
    additional = list(groups["additional"])
    types = instance_types(config, attempt)
    return {
        "Name": cluster_name(config, day),
        "ReleaseLabel": emr["release_label"],
        "LogUri": emr["log_uri"],
        "ServiceRole": emr["service_role"],
        "JobFlowRole": emr["job_flow_role"],
        "SecurityConfiguration": emr["security_configuration"],
        "Applications": [{"Name": "Spark"}],
        "Configurations": _configurations(size),
        "Instances": {
            # The first machine only watches over the others: any of their shape will do, with the smallest disk.
            "InstanceFleets": [
                _fleet("MASTER", types, 1, FIRST_MACHINE_GIB),
                _fleet("CORE", types, size.instances, size.volume_gib),
            ],
            "Ec2SubnetIds": list(emr["subnet_ids"]),
            # All three or none: EMR makes groups of its own, with every way out, for those that are not named.
            "EmrManagedMasterSecurityGroup": groups["master"],
            "EmrManagedSlaveSecurityGroup": groups["core"],
            "ServiceAccessSecurityGroup": groups["service"],
            "AdditionalMasterSecurityGroups": additional,
            "AdditionalSlaveSecurityGroups": additional,
            "KeepJobFlowAliveWhenNoSteps": True,
            "TerminationProtected": False,
        },
        # The guard that works even when nothing else of the platform does.
        "AutoTerminationPolicy": {"IdleTimeout": emr["idle_timeout_seconds"]},
        "StepConcurrencyLevel": 1,
        "VisibleToAllUsers": True,
        "Tags": as_tag_list(cluster_tags(config, day, deadline)),
    }


def _fleet(role: str, types: list[str], machines: int, volume_gib: int) -> dict[str, Any]:
    # On demand: a night that loses machines is a night that begins again. EMR has no time-out for such a fleet while it
    # starts; the task that waits for the cluster has one (clusters.START_LIMIT_SECONDS).
    volume = {"VolumeSpecification": {"VolumeType": "gp3", "SizeInGB": volume_gib}, "VolumesPerInstance": 1}
    return {
        "Name": role.lower(),
        "InstanceFleetType": role,
        "TargetOnDemandCapacity": machines,
        "InstanceTypeConfigs": [
            {
                "InstanceType": name,
                "WeightedCapacity": 1,
                "EbsConfiguration": {"EbsBlockDeviceConfigs": [volume]},
            }
            for name in types
        ],
        # The cheapest type of the list first; with a strategy a list may be longer than five.
        "LaunchSpecifications": {"OnDemandSpecification": {"AllocationStrategy": "lowest-price"}},
    }


def _configurations(size: ClusterSize) -> list[dict[str, Any]]:
    def classification(name: str, properties: dict[str, str], *inner: dict[str, Any]) -> dict[str, Any]:
        return {"Classification": name, "Properties": properties, "Configurations": list(inner)}

    return [
        # EMR 7's default Python is 3.9; the job is written for the newer one in the image.
        classification("spark-env", {}, classification("export", {"PYSPARK_PYTHON": "python3.11"})),
        classification("spark-defaults", size.spark_defaults()),
        classification("yarn-site", size.yarn_site()),
    ]


def step_name(day: date, input_digest: str, policy: str) -> str:
    """Names the step after what it computes: the same frozen input under the same policy is the same step."""
    return f"recommend {day} {input_digest[:16]} {policy[:16]}"


def spark_step(config: NightConfig, day: date, now: str, input_digest: str) -> dict[str, Any]:
    """The one step of the night. now is the instant at which the input was frozen, so a retry computes the same."""
    return {
        "Name": step_name(day, input_digest, policy_digest(config)),
        # The cluster stays for the task to look at; what ends it is the retry, or Excluir_Cluster_EMR.
        "ActionOnFailure": "CANCEL_AND_WAIT",
        "HadoopJarStep": {
            "Jar": "command-runner.jar",
            "Args": [
                *("spark-submit", "--deploy-mode", "cluster"),
                *("--py-files", config.code_package, config.code_entry),
                *("--business-date", str(day)),
                *("--now", now),
                *("--time-zone", config.time_zone),
                *("--input", f"s3://{config.in_bucket}/runs/{day}/input.json"),
                *("--in", f"s3://{config.in_bucket}"),
                *("--out", f"s3://{config.out_bucket}"),
                *("--models", f"s3://{config.artifacts_bucket}/models"),
                *("--window-days", str(config.window_days)),
                *("--late-lookback-days", str(config.late_lookback_days)),
                *("--late-policy", config.late_policy),
                *("--policy", f"s3://{config.in_bucket}/{policy_key(config, day)}"),
            ],
        },
    }
