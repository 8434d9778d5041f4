"""The four tasks of the night as operators: each decides with the pure modules and acts through boto3.

They poll instead of deferring: a deferred task never gets on_kill and needs aiobotocore, which the MWAA image is not
documented to hold. A worker that dies loses nothing: every retry adopts the cluster and the step of the try before.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from airflow.exceptions import AirflowException, AirflowFailException
from airflow.providers.amazon.aws.operators.emr import (
    EmrAddStepsOperator,
    EmrCreateJobFlowOperator,
    EmrTerminateJobFlowOperator,
)
from airflow.sdk import BaseOperator

from clusters import find_clusters, find_place, new_cluster, wait_for_step, wait_until_gone, wait_until_ready
from failed_step import error_key, failure_of
from freeze import FrozenInput, freeze
from job_flow import as_tag_list, cluster_tags, spark_step
from night import NightConfig, NightError, format_instant, freeze_from, parse_instant
from offer_policy import put_policy
from publish import publish
from stored import read_json_bytes
from task_context import aws_options, day_of, deadline_of, emr_client, emr_client_without_repeats, order_for, s3_client

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SUBIR = "Subir_Cluster_EMR"
PROCESSAR = "Processar_Dados_Usando_ML_Spark"
GRAVAR = "Gravar_Resultados_No_S3_Out"
EXCLUIR = "Excluir_Cluster_EMR"


class SubirCluster(EmrCreateJobFlowOperator):  # type: ignore[misc]
    """Gives the night its one cluster: adopts the active one of D, else creates it, and waits until it takes steps."""

    # Nothing is rendered: the job flow is built at run time, and ".json" arguments are no template files.
    template_fields: Sequence[str] = ()

    def __init__(self, *, config: NightConfig, **kwargs: Any) -> None:
        super().__init__(emr_conn_id=None, **aws_options(config), **kwargs)
        self.config = config

    def execute(self, context: Any) -> str:
        day = day_of(context, self.config)
        deadline = deadline_of(context, self.config, day)
        emr = emr_client(self.config)
        clusters = find_clusters(emr, self.config, day)
        if clusters:
            cluster_id = clusters[0].id
            self.log.info("Adopting cluster %s of %s", cluster_id, day)
            emr.add_tags(ResourceId=cluster_id, Tags=as_tag_list(cluster_tags(self.config, day, deadline)))  # type: ignore[arg-type]
            extra = [cluster.id for cluster in clusters[1:]]
            if extra:
                emr.terminate_job_flows(JobFlowIds=extra)
        else:
            self.job_flow_overrides = order_for(context, self.config, day, context["ti"].try_number, 1, self.log.info)
            cluster_id = str(super().execute(context))
        wait_until_ready(emr, cluster_id, time.sleep)
        return cluster_id


class ProcessarDados(EmrAddStepsOperator):  # type: ignore[misc]
    """Freezes the night's input, then has the Spark job read exactly that, as one step that a retry adopts."""

    template_fields: Sequence[str] = ()

    def __init__(self, *, config: NightConfig, **kwargs: Any) -> None:
        # The operator wants one of the two at parse time; the cluster is known at run time.
        super().__init__(job_flow_id="found at run time", **aws_options(config), **kwargs)
        self.config = config

    def execute(self, context: Any) -> str:
        day = day_of(context, self.config)
        s3, emr = s3_client(self.config), emr_client(self.config)
        try:
            frozen = self._freeze(s3, context, day)
        except NightError as error:
            raise AirflowFailException(str(error)) from None
        step = spark_step(self.config, day, frozen.document["frozen_at"], frozen.digest)
        cluster_id, step_id = find_place(emr, self.config, day, step["Name"], time.sleep, self.log.info)
        if cluster_id is None:
            cluster_id = self._replace_cluster(context, day)
        if step_id is None:
            put_policy(s3, self.config, day)
            # What an earlier step said must not be taken for what this one says.
            s3.delete_object(Bucket=self.config.out_bucket, Key=error_key(day))
            self.job_flow_id = cluster_id
            self.steps = [step]
            step_id = str(super().execute(context)[0])
        status = wait_for_step(emr, cluster_id, step_id, time.sleep)
        if status["State"] != "COMPLETED":
            said = read_json_bytes(s3, self.config.out_bucket, error_key(day))
            failure = failure_of(status, said and said[0], cluster_id, step_id, self.config.emr["log_uri"])
            raise (AirflowFailException if failure.is_final else AirflowException)(failure.sentence)
        return step_id

    def _replace_cluster(self, context: Any, day: date) -> str:
        attempt, say = context["ti"].try_number, self.log.info
        # A second try follows a step that failed: what it failed of is most often too little memory or disk.
        times = min(attempt, 2)
        orders = (order_for(context, self.config, day, asked, times, say) for asked in (attempt, attempt + 1))
        return new_cluster(emr_client_without_repeats(self.config), orders, time.sleep, say)

    def _freeze(self, s3: S3Client, context: Any, day: date) -> FrozenInput:
        first = freeze_from(self.config, day)
        played = context["params"].get("now")
        if played is not None:
            now = parse_instant(played)
            if now < first:
                raise NightError(
                    f"now is {format_instant(now)}, the input of {day} is complete from {format_instant(first)} on."
                )
        else:
            while (now := datetime.now(UTC)) < first:
                self.log.info("The input of %s is complete from %s on: waiting", day, format_instant(first))
                time.sleep(min(60.0, (first - now).total_seconds()))
        wishes = {name: bool(context["params"].get(name)) for name in ("refreeze", "rebuild_snapshots")}
        return freeze(s3, self.config, day, now, context["run_id"], **wishes)


class GravarResultados(BaseOperator):  # type: ignore[misc]
    """Publishes the staged offers of D; the manifest, written last and once, is the publication."""

    def __init__(self, *, config: NightConfig, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.config = config

    def execute(self, context: Any) -> dict[str, Any]:
        day = day_of(context, self.config)
        try:
            manifest = publish(s3_client(self.config), self.config, day, bool(context["params"].get("supersede")))
        except NightError as error:
            raise AirflowFailException(str(error)) from None
        lines = sum(item["lines"] for item in manifest["files"])
        self.log.info("Published %d files, %d lines for %s", len(manifest["files"]), lines, manifest["offer_date"])
        return {"offer_date": manifest["offer_date"], "files": len(manifest["files"]), "lines": lines}


class ExcluirCluster(EmrTerminateJobFlowOperator):  # type: ignore[misc]
    """Ends every cluster of D, whatever happened before, then fails if the night did."""

    template_fields: Sequence[str] = ()

    def __init__(self, *, config: NightConfig, **kwargs: Any) -> None:
        super().__init__(job_flow_id="found at run time", **aws_options(config), **kwargs)
        self.config = config

    def execute(self, context: Any) -> None:
        emr = emr_client(self.config)
        day = day_of(context, self.config)
        ids = [cluster.id for cluster in find_clusters(emr, self.config, day)]
        self.log.info("Terminating %s", ids or "nothing: no cluster of this night is active")
        for cluster_id in ids:
            self.job_flow_id = cluster_id
            super().execute(context)
        wait_until_gone(emr, ids, time.sleep)
        run_id = context["run_id"]
        states = context["ti"].get_task_states(
            dag_id=context["dag"].dag_id, task_ids=[SUBIR, PROCESSAR, GRAVAR], run_ids=[run_id]
        )[run_id]
        if states.get(GRAVAR) != "success":
            # A teardown that fails the run is its only leaf: it alone decides whether the run has failed.
            raise AirflowFailException(f"The night of {day} failed ({states}); its cluster is terminated.")
