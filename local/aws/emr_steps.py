"""Makes moto's EMR run its steps: one at a time a cluster, through the states and failure rules of EMR.

moto keeps the API and the clusters; without this a step would stay PENDING for ever.
"""

from __future__ import annotations

import ctypes
import gzip
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.utils import utcnow
from moto.emr.models import Cluster, Step, emr_backends
from moto.s3.models import s3_backends

from access_gate import Access, Refused
from access_policies import Asked
from spark_submit import Machine, StepRefused, step_environment, submit_command

# After SIGTERM a step has so long before SIGKILL.
GRACE_SECONDS = 5.0
REASON_CHARACTERS = 1000


def _die_with_parent() -> None:
    # A step may not outlive the server, however that ends. Linux only; elsewhere the server's own end kills it.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class StepRunner:
    """Runs the steps of every cluster of this server, each cluster's in a thread of its own."""

    def __init__(self, machine: Machine, logs: Sequence[Path], access: Access) -> None:
        self._machine = machine
        # A run's logs move when its night gets its name: the first folder that is there is the one.
        self._logs = logs
        self._access = access
        self._lock = threading.RLock()
        self._busy: set[str] = set()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def added(self, cluster: Cluster) -> None:
        """Starts on the cluster's pending steps unless a thread is already at it."""
        with self._lock:
            if cluster.id in self._busy:
                return
            self._busy.add(cluster.id)
        threading.Thread(target=self._drain, args=(cluster,), name=f"steps-{cluster.id}", daemon=True).start()

    def ended(self, cluster: Cluster) -> None:
        """Kills what runs and cancels what waits on a cluster that is terminated."""
        with self._lock:
            for step in cluster.steps:
                if step.state == "PENDING":
                    finish(step, "CANCELLED")
            process = self._processes.get(cluster.id)
        if process is not None:
            _kill(process)

    def stop(self) -> None:
        """Kills every running step."""
        with self._lock:
            running = list(self._processes.values())
        for process in running:
            _kill(process)

    def _next(self, cluster: Cluster) -> Step | None:
        with self._lock:
            pending = [step for step in cluster.steps if step.state == "PENDING"]
            if not pending or cluster.state not in ("RUNNING", "WAITING"):
                self._busy.discard(cluster.id)
                if cluster.state == "RUNNING":
                    cluster.state = "WAITING"
                return None
            cluster.state = "RUNNING"
            pending[0].state = "RUNNING"
            pending[0].start()
            return pending[0]

    def _drain(self, cluster: Cluster) -> None:
        while (step := self._next(cluster)) is not None:
            try:
                reason = self._run(cluster, step)
            except StepRefused as refused:
                reason = f"The step was refused: {refused}."
            except Exception as error:
                reason = f"The step could not be started: {error}."
            self._push_log(cluster, step)
            with self._lock:
                if reason is None:
                    finish(step, "COMPLETED")
                elif cluster.state not in ("RUNNING", "WAITING"):
                    finish(step, "CANCELLED", "The cluster was terminated.")
                else:
                    finish(step, "FAILED", reason, str(self._log_file(step)))
                    self._obey_action_on_failure(cluster, step)

    def _obey_action_on_failure(self, cluster: Cluster, failed: Step) -> None:
        if failed.action_on_failure == "CONTINUE":
            return
        for step in cluster.steps:
            if step.state == "PENDING":
                finish(step, "CANCELLED", f"Step {failed.id} failed.")
        if failed.action_on_failure in ("TERMINATE_CLUSTER", "TERMINATE_JOB_FLOW"):
            cluster.terminate()

    def _role(self, cluster: Cluster) -> str:
        return self._access.role_of_profile(str(cluster.job_flow_role or ""))

    def _fetch(self, role: str, path: str, folder: Path) -> str:
        try:
            self._access.check(role, Asked("s3:GetObject", f"arn:aws:s3:::{path.removeprefix('s3://')}"))
        except Refused as refused:
            raise StepRefused(str(refused)) from refused
        return fetch(path, folder)

    def _push_log(self, cluster: Cluster, step: Step) -> None:
        # As EMR does from the cluster's machines, and as quietly when their role may not.
        log = self._log_file(step)
        bucket, _, prefix = str(cluster.log_uri or "").removeprefix("s3://").partition("/")
        key = f"{prefix.rstrip('/')}/{cluster.id}/steps/{step.id}/stderr.gz"
        backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
        if not log.exists() or bucket not in backend.buckets:
            return
        if self._access.may(self._role(cluster), Asked("s3:PutObject", f"arn:aws:s3:::{bucket}/{key}")):
            backend.put_object(bucket, key, gzip.compress(log.read_bytes(), mtime=0))

    def _log_file(self, step: Step) -> Path:
        folder = next((folder for folder in self._logs if folder.is_dir()), self._logs[-1])
        return folder / f"emr-step-{step.id}.log"

    def _run(self, cluster: Cluster, step: Step) -> str | None:
        scratch = tempfile.mkdtemp(prefix="emr-step-")
        role = self._role(cluster)
        machine = replace(self._machine, scratch=scratch, access_key=role)
        try:
            command = submit_command(step.args, machine, lambda path: self._fetch(role, path, Path(scratch)))
            with self._log_file(step).open("wb") as log:
                with self._lock:
                    if cluster.state not in ("RUNNING", "WAITING"):
                        return "The cluster was terminated."
                    process = subprocess.Popen(
                        command,
                        cwd=scratch,
                        env=step_environment(machine, os.environ),
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                        preexec_fn=_die_with_parent,
                    )
                    self._processes[cluster.id] = process
                status = process.wait()
            return None if status == 0 else failure_reason(status, self._log_file(step))
        finally:
            with self._lock:
                self._processes.pop(cluster.id, None)
            shutil.rmtree(scratch, ignore_errors=True)


def _kill(process: subprocess.Popen[bytes]) -> None:
    # The group is the whole tree: spark-submit's shell, the JVM and the Python of the driver.
    for sent in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sent)
            process.wait(GRACE_SECONDS)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def finish(step: Step, state: str, reason: str | None = None, log_file: str | None = None) -> None:
    """Ends a step; the reason goes where EMR puts it."""
    step.state = state
    details = {"Reason": "Unknown Error.", "Message": reason, "LogFile": log_file} if reason else None
    vars(step).update(end_date_time=utcnow(), failure_details=details)


def failure_reason(status: int, log_file: Path) -> str:
    """One line for a step that ended with an error: its last words that are no stack frame."""
    lines = log_file.read_text(encoding="utf-8", errors="replace").splitlines()
    words = [line.strip() for line in lines if line.strip() and not line.startswith((" ", "\t"))]
    said = [line for line in words if " INFO " not in line and " WARN " not in line]
    return f"exit code {status}: {(said or ['the step said nothing'])[-1]}"[:REASON_CHARACTERS]


def fetch(path: str, folder: Path) -> str:
    """Copies s3://bucket/key out of the server's own store."""
    bucket, _, key = path.removeprefix("s3://").partition("/")
    backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    found = backend.get_object(bucket, key) if bucket in backend.buckets else None
    if found is None:
        raise StepRefused(f"{path} does not exist")
    target = folder / Path(key).name
    target.write_bytes(found.value)
    return str(target)


def cluster_tags(cluster_id: str) -> dict[str, str]:
    """The tags of a cluster; none when it is unknown."""
    for backend in emr_backends[DEFAULT_ACCOUNT_ID].values():
        cluster = backend.clusters.get(cluster_id)
        if cluster is not None:
            return {tag["Key"]: tag["Value"] for tag in cluster.tags}
    return {}


def install(runner: StepRunner) -> None:
    """Patches moto's clusters: added steps run, terminated clusters stop, failed steps say why.

    moto 5.2.5 marks the first step RUNNING and never goes further, and its step status has no FailureDetails.
    """
    original_terminate = Cluster.terminate
    original_status: Any = Step.status

    def add_steps(self: Cluster, steps: Sequence[dict[str, Any]]) -> list[Step]:
        added = [Step(state="PENDING", **step) for step in steps]
        self.steps.extend(added)
        if added:
            runner.added(self)
        return added

    def terminate(self: Cluster) -> None:
        original_terminate(self)
        runner.ended(self)

    def status(self: Step) -> dict[str, Any]:
        described: dict[str, Any] = original_status.fget(self)
        details = getattr(self, "failure_details", None)
        return {**described, **({"FailureDetails": details} if details else {})}

    Cluster.add_steps = add_steps  # type: ignore[method-assign]
    Cluster.terminate = terminate  # type: ignore[method-assign]
    Step.status = property(status)  # type: ignore[assignment]
