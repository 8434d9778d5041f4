"""A step's spark-submit runs here as it would on EMR, but for where, and never reaches another host."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spark_submit import Machine, StepRefused, spark_settings, step_environment, submit_command

MACHINE = Machine(
    python="/env/bin/python",
    spark_home="/spark",
    java_home="/java",
    jars=("/jars/a.jar", "/jars/b.jar"),
    endpoint="http://127.0.0.1:4566",
    scratch="/scratch",
)


def fetch(path: str) -> str:
    return f"/fetched/{path.rsplit('/', 1)[1]}"


def test_code_is_fetched_placement_is_local_and_the_jobs_arguments_are_untouched() -> None:
    job = ["--input", "s3://in/runs/d/input.json", "--conf", "--master"]
    step = [
        "--deploy-mode",
        "cluster",
        "--py-files",
        "s3://a/x.zip,s3://a/y.zip",
        "--conf",
        "spark.k=v",
        "s3://a/job.py",
    ]
    command = submit_command(["spark-submit", *step, *job], MACHINE, fetch)
    assert command[:5] == ["/spark/bin/spark-submit", "--master", "local[2]", "--driver-memory", "1400m"]
    tail = ["--py-files", "/fetched/x.zip,/fetched/y.zip", "--conf", "spark.k=v", "/fetched/job.py"]
    assert command[-len([*tail, *job]) :] == [*tail, *job]
    assert "--deploy-mode" not in command


def test_the_steps_own_settings_come_after_ours_so_that_they_win() -> None:
    step = ["--conf", "spark.sql.shuffle.partitions=9", "s3://a/job.py"]
    command = submit_command(["spark-submit", *step], MACHINE, fetch)
    ours, theirs = (command.index(f"spark.sql.shuffle.partitions={number}") for number in (4, 9))
    assert ours < theirs


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "runs nothing"),
        (["hadoop", "distcp"], "runs hadoop"),
        (["spark-submit"], "no main file"),
        (["spark-submit", "--deploy-mode"], "--deploy-mode has no value"),
        (["spark-submit", "--packages", "org:a:1", "s3://a/job.py"], "--packages is not obeyed"),
        (["spark-submit", "--repositories=https://example.com", "s3://a/job.py"], "--repositories is not obeyed"),
        (["spark-submit", "--proxy-user", "x", "s3://a/job.py"], "--proxy-user is not obeyed"),
        (["spark-submit", "https://example.com/job.py"], "is not in S3"),
        (["spark-submit", "/local/job.py"], "is not in S3"),
    ],
)
def test_a_step_that_cannot_be_obeyed_is_refused_by_name(arguments: list[str], said: str) -> None:
    with pytest.raises(StepRefused, match=said):
        submit_command(arguments, MACHINE, fetch)


def test_s3_paths_lead_to_the_stand_in_alone() -> None:
    settings = spark_settings(MACHINE)
    assert settings["spark.hadoop.fs.s3.impl"] == "org.apache.hadoop.fs.s3a.S3AFileSystem"
    assert settings["spark.hadoop.fs.s3a.endpoint"] == "http://127.0.0.1:4566"
    assert "spark.jars" not in settings, "it would copy the jars in every run"


def test_a_folder_may_have_blanks_quotes_and_accents_in_its_name() -> None:
    options = spark_settings(replace(MACHINE, scratch='/a "b\\c/ção'))["spark.driver.extraJavaOptions"]
    assert options.endswith(r' "-Djava.io.tmpdir=/a \"b\\c/ção"')
    assert step_environment(MACHINE, {"LC_ALL": "C"})["LC_ALL"] == "C.UTF-8"


def test_a_step_inherits_no_credentials_and_finds_its_own_java_first() -> None:
    inherited = {
        "PATH": "/usr/bin",
        "AWS_PROFILE": "prod",
        "AWS_ACCESS_KEY_ID": "real",
        "SPARK_HOME": "/other",
        "HOME": "/h",
    }
    environment = step_environment(MACHINE, inherited)
    assert environment["PATH"] == "/env/bin:/java/bin:/usr/bin"
    assert environment["JAVA_HOME"] == "/java"
    assert environment["SPARK_HOME"] == "/spark"
    assert environment["HOME"] == "/h"
    assert "AWS_PROFILE" not in environment
    assert environment["AWS_ACCESS_KEY_ID"] == "local"
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
