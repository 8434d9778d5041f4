"""A job flow with fleets is taken as EMR takes it, and refused as EMR refuses it."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import pytest

from emr_fleets import Capacity, refusal


def fleet(role: str, *types: str, capacity: int = 1, gib: int = 64) -> dict[str, Any]:
    volume = {"VolumeSpecification": {"VolumeType": "gp3", "SizeInGB": gib}, "VolumesPerInstance": 1}
    return {
        "Name": role.lower(),
        "InstanceFleetType": role,
        "TargetOnDemandCapacity": capacity,
        "InstanceTypeConfigs": [
            {"InstanceType": each, "WeightedCapacity": 1, "EbsConfiguration": {"EbsBlockDeviceConfigs": [volume]}}
            for each in types
        ],
        "LaunchSpecifications": {"OnDemandSpecification": {"AllocationStrategy": "lowest-price"}},
    }


MASTER, CORE = fleet("MASTER", "m6g.xlarge", "m7g.xlarge"), fleet("CORE", "m6g.xlarge", "m7g.xlarge", capacity=3)
GOOD: dict[str, Any] = {"InstanceFleets": [MASTER, CORE], "Ec2SubnetIds": ["subnet-a", "subnet-b"]}
MANY = [f"m{index}.xlarge" for index in range(31)]


def changed(fleet: dict[str, Any], *path: Any, to: Any) -> dict[str, Any]:
    copy = deepcopy(fleet)
    place: Any = copy
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = to
    return copy


def with_core(core: dict[str, Any]) -> dict[str, Any]:
    return {**GOOD, "InstanceFleets": [MASTER, core]}


def test_fleets_that_emr_takes_are_taken() -> None:
    assert refusal(GOOD) is None
    assert refusal(with_core(fleet("CORE", *MANY[:30]))) is None
    assert refusal({"InstanceGroups": [{}], "Ec2SubnetId": "subnet-a"}) is None


@pytest.mark.parametrize(
    ("instances", "said"),
    [
        ({**GOOD, "InstanceGroups": [{"InstanceRole": "MASTER"}]}, "not both"),
        ({**GOOD, "MasterInstanceType": "m6g.xlarge"}, "not both"),
        ({**GOOD, "Ec2SubnetId": "subnet-a"}, "name Ec2SubnetIds"),
        ({**GOOD, "Ec2SubnetIds": ["subnet-a", "subnet-a"]}, "a subnet twice"),
        ({"InstanceGroups": [{}], "Ec2SubnetIds": ["subnet-a"]}, "is for instance fleets"),
        ({**GOOD, "InstanceFleets": [CORE]}, "one MASTER"),
        ({**GOOD, "InstanceFleets": [MASTER, CORE, CORE]}, "at most one CORE"),
        ({**GOOD, "InstanceFleets": [changed(MASTER, "TargetOnDemandCapacity", to=2), CORE]}, "MASTER: .*Capacity 2"),
        (with_core(changed(CORE, "TargetOnDemandCapacity", to=0)), "CORE: .*Capacity 0: 1 or more"),
        (with_core(changed(CORE, "TargetSpotCapacity", to=1)), "TargetSpotCapacity is not decided here"),
        (
            with_core(changed(CORE, "LaunchSpecifications", "SpotSpecification", to={})),
            "Specification is not decided",
        ),
        (with_core(changed(CORE, "LaunchSpecifications", to={"OnDemandSpecification": {}})), "AllocationStrategy None"),
        (with_core(fleet("CORE")), "1 to 30 different ones"),
        (with_core(fleet("CORE", *MANY)), "1 to 30 different ones"),
        (with_core(changed(fleet("CORE", *MANY[:6]), "LaunchSpecifications", to={})), "1 to 5 different ones"),
        (with_core(fleet("CORE", "m6g.xlarge", "m6g.xlarge")), "different ones"),
        (
            with_core(changed(CORE, "InstanceTypeConfigs", 1, "WeightedCapacity", to=0)),
            "m7g.*: WeightedCapacity 0",
        ),
        (with_core(changed(CORE, "InstanceTypeConfigs", 0, "BidPrice", to="1")), "m6g.xlarge: BidPrice is not decided"),
        (with_core(fleet("CORE", "m6g.xlarge", gib=1025)), "a volume of 1025 GiB"),
    ],
)
def test_a_request_that_emr_would_refuse_is_refused_by_name(instances: dict[str, Any], said: str) -> None:
    refused = refusal(instances)
    assert refused is not None
    assert re.search(said, refused), refused


def test_a_fleet_starts_when_one_of_its_types_is_there_and_not_when_none_is() -> None:
    capacity = Capacity()
    capacity.lacking = frozenset({"m6g.xlarge"})
    assert capacity.missing(GOOD["InstanceFleets"]) is None
    capacity.lacking = frozenset({"m6g.xlarge", "m7g.xlarge"})
    assert capacity.missing(GOOD["InstanceFleets"]) == (
        "There is not enough capacity for the MASTER fleet of m6g.xlarge, m7g.xlarge"
    )
