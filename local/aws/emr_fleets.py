"""Instance fleets as EMR takes them: a wrong request is refused, and one that EC2 has no room for ends its cluster.

moto 5.2.5 ignores fleets: without this, a job flow that AWS would refuse would start here. What is not decided here
(Spot, resizing, reservations) is refused too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from moto.core.responses import ActionResult
from moto.emr.exceptions import ValidationException
from moto.emr.models import Cluster
from moto.emr.responses import ElasticMapReduceResponse

# Without a strategy, and with one. https://docs.aws.amazon.com/emr/latest/APIReference/API_InstanceTypeConfig.html
MOST_TYPES = {False: 5, True: 30}
STRATEGIES = ("lowest-price", "prioritized")
VOLUME_TYPES = ("gp3", "gp2", "io1", "st1", "sc1", "standard")
VOLUME_GIB = range(1, 1025)
FLEET = {"Name", "InstanceFleetType", "TargetOnDemandCapacity", "InstanceTypeConfigs", "LaunchSpecifications"}
TYPE = {"InstanceType", "WeightedCapacity", "EbsConfiguration"}
# POST a JSON list of instance types: EC2 has none of them from now on.
LACKING = "/_emr/lacking"

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Capacity:
    """The machines that EC2 has not got; a test or a rehearsal says which."""

    def __init__(self) -> None:
        self.lacking: frozenset[str] = frozenset()

    def missing(self, fleets: Iterable[Mapping[str, Any]]) -> str | None:
        """EC2's words for the first fleet of which it has no type at all."""
        for fleet in fleets:
            types = [each["InstanceType"] for each in fleet["InstanceTypeConfigs"]]
            if set(types) <= self.lacking:
                return f"There is not enough capacity for the {fleet['InstanceFleetType']} fleet of {', '.join(types)}"
        return None


def refusal(instances: Mapping[str, Any]) -> str | None:
    """Why EMR would refuse the Instances of a RunJobFlow, or None."""
    fleets: Sequence[Mapping[str, Any]] = instances.get("InstanceFleets", ())
    if not fleets:
        if instances.get("Ec2SubnetIds"):
            return "Ec2SubnetIds is for instance fleets: name one Ec2SubnetId"
        return None
    if any(instances.get(name) for name in ("InstanceGroups", "MasterInstanceType", "InstanceCount")):
        return "A cluster has instance groups or instance fleets, not both"
    if instances.get("Ec2SubnetId"):
        return "Ec2SubnetId is for instance groups: name Ec2SubnetIds"
    if len(set(instances.get("Ec2SubnetIds", ()))) != len(instances.get("Ec2SubnetIds", ())):
        return "Ec2SubnetIds names a subnet twice"
    roles = [fleet["InstanceFleetType"] for fleet in fleets]
    if roles.count("MASTER") != 1 or len(set(roles)) != len(roles):
        return f"The fleets are {', '.join(roles)}: one MASTER and at most one CORE and one TASK are expected"
    return next((said for fleet in fleets if (said := _refused_fleet(fleet))), None)


def _refused_fleet(fleet: Mapping[str, Any]) -> str | None:
    role = fleet["InstanceFleetType"]
    if unknown := set(fleet) - FLEET:
        return f"{role}: {', '.join(sorted(unknown))} is not decided here"
    launch = fleet.get("LaunchSpecifications", {})
    if unknown := set(launch) - {"OnDemandSpecification"}:
        return f"{role}: {', '.join(sorted(unknown))} is not decided here"
    strategy = launch.get("OnDemandSpecification", {}).get("AllocationStrategy")
    if launch and strategy not in STRATEGIES:
        return f"{role}: AllocationStrategy {strategy}: {' or '.join(STRATEGIES)} is expected"
    capacity = fleet.get("TargetOnDemandCapacity", 0)
    if capacity < 1 or (role == "MASTER" and capacity != 1):
        return f"{role}: TargetOnDemandCapacity {capacity}: {'1' if role == 'MASTER' else '1 or more'} is expected"
    types = fleet.get("InstanceTypeConfigs", ())
    names = [each["InstanceType"] for each in types]
    if not 1 <= len(names) <= MOST_TYPES[bool(launch)] or len(set(names)) != len(names):
        return f"{role}: types {', '.join(names)}: 1 to {MOST_TYPES[bool(launch)]} different ones are expected"
    return next(
        (f"{role}: {each['InstanceType']}: {said}" for each in types if (said := _refused_type(role, each))), None
    )


def _refused_type(role: str, given: Mapping[str, Any]) -> str | None:
    if unknown := set(given) - TYPE:
        return f"{', '.join(sorted(unknown))} is not decided here"
    weight = given.get("WeightedCapacity", 1)
    if weight < 1 or (role == "MASTER" and weight != 1):
        return f"WeightedCapacity {weight}: {'1' if role == 'MASTER' else '1 or more'} is expected"
    for device in given.get("EbsConfiguration", {}).get("EbsBlockDeviceConfigs", ()):
        volume = device["VolumeSpecification"]
        if volume["VolumeType"] not in VOLUME_TYPES or volume["SizeInGB"] not in VOLUME_GIB:
            return f"a volume of {volume['SizeInGB']} GiB {volume['VolumeType']}: 1 to 1024 GiB are expected"
    return None


def install(capacity: Capacity) -> None:
    """Patches moto's RunJobFlow, and gives it ListInstanceFleets."""
    original: Any = ElasticMapReduceResponse.run_job_flow

    def run_job_flow(self: ElasticMapReduceResponse) -> ActionResult:
        asked: dict[str, Any] = json.loads(self.body)
        instances: dict[str, Any] = asked["Instances"]
        if said := refusal(instances):
            raise ValidationException(f"{said}.")
        answer: ActionResult = original(self)
        fleets = instances.get("InstanceFleets", [])
        cluster: Any = self.backend.clusters[answer.result["JobFlowId"]]  # type: ignore[index]
        cluster.instance_fleets = fleets
        if fleets:
            cluster.instance_collection_type = "INSTANCE_FLEET"
        if said := capacity.missing(fleets):
            Cluster.terminate(cluster)
            vars(cluster).update(state="TERMINATED_WITH_ERRORS", last_state_change_reason=said)
        return answer

    def list_instance_fleets(self: ElasticMapReduceResponse) -> ActionResult:
        cluster: Any = self.backend.clusters[self._get_param("ClusterId")]
        specified = [
            {**fleet, "InstanceTypeSpecifications": fleet["InstanceTypeConfigs"]} for fleet in cluster.instance_fleets
        ]
        return ActionResult({"InstanceFleets": specified})

    response: Any = ElasticMapReduceResponse
    response.run_job_flow = run_job_flow
    response.list_instance_fleets = list_instance_fleets


def capacity_control(application: WsgiApp, capacity: Capacity) -> WsgiApp:
    """Wraps the application; LACKING is answered here."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != LACKING:
            return application(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        capacity.lacking = frozenset(json.loads(body))
        start_response("204 No Content", [])
        return []

    return serve
