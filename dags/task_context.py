"""What the night's tasks take from Airflow's context and from AWS: date, deadline, clients, the order of a cluster."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from airflow.exceptions import AirflowFailException

from clusters import Say
from expected_input import order_cluster
from night import NightConfig, NightError, business_date, cluster_deadline

if TYPE_CHECKING:
    from mypy_boto3_emr import EMRClient
    from mypy_boto3_s3 import S3Client


def aws_options(config: NightConfig) -> dict[str, Any]:
    """The arguments of an operator that calls AWS."""
    # No Airflow connection: the worker's role decides. RunJobFlow and AddJobFlowSteps are not idempotent, so botocore
    # may not repeat one whose answer was lost; the task's retry looks first.
    return {
        "aws_conn_id": None,
        "region_name": config.region,
        "botocore_config": {"retries": {"total_max_attempts": 1}},
    }


def s3_client(config: NightConfig) -> S3Client:
    """S3 in the environment's region."""
    import boto3

    return boto3.client("s3", region_name=config.region)


def emr_client(config: NightConfig) -> EMRClient:
    """EMR for what may be repeated freely, reading and terminating: botocore's own retries stay on."""
    import boto3

    return boto3.client("emr", region_name=config.region)


def emr_client_without_repeats(config: NightConfig) -> EMRClient:
    """EMR for what creates."""
    import boto3
    from botocore.config import Config

    return boto3.client("emr", region_name=config.region, config=Config(**aws_options(config)["botocore_config"]))


def day_of(context: Any, config: NightConfig) -> date:
    """The run's business date; a run that has none fails for good, with one sentence."""
    try:
        return business_date(
            context["params"].get("business_date"),
            context["dag_run"].data_interval_end,
            config.zone,
            datetime.now(UTC),
        )
    except NightError as error:
        raise AirflowFailException(str(error)) from None


def deadline_of(context: Any, config: NightConfig, day: date) -> datetime:
    """When a cluster of this run must be gone."""
    return cluster_deadline(config, day, str(context["dag_run"].run_type) == "scheduled", datetime.now(UTC))


def order_for(context: Any, config: NightConfig, day: date, attempt: int, times: int, say: Say) -> dict[str, Any]:
    """The request for a cluster of D: of the attempt's machines, sized for so many times what D is going to read."""
    deadline = deadline_of(context, config, day)
    rebuild = bool(context["params"].get("rebuild_snapshots"))
    return order_cluster(s3_client(config), config, day, deadline, attempt, say, times, rebuild)
