"""A night that cannot be right fails with one sentence that names what is wrong, and nothing staged looks whole."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from hostile_lake import HostileLake
from night_runs import MODELS, POLICY, run, staged
from recommender.errors import NightError
from recommender.fetch import Workspace
from recommender.settings import parse_settings

Row = dict[str, Any]
DAY = "2026-11-20"


class SmallLake(HostileLake):
    """One chain, one shopper, three products and one purchase of all three."""

    def __init__(self) -> None:
        super().__init__(0, date(2026, 11, 21), 7)
        moment = datetime(2026, 11, 20, 15, tzinfo=UTC)
        common: Row = {
            "tenant_id": "chain-a",
            "occurred_at": moment,
            "received_at": moment,
            "schema_version": 1,
            "store_id": "s",
            "region": "none",
            "moment": moment,
            "night": 1,
        }
        purchase = {"event_type": "sale", "event_id": "p", "cpf": "f" * 64, "loyalty_id": None}
        items = [{"sku": f"sku{it}", "name": None, "quantity": 1, "unit_price": 1} for it in range(3)]
        rows: list[tuple[str, Row]] = [("purchase", {**common, **purchase, "items": items})]
        for number in range(3):
            product: Row = {
                "event_type": "listed",
                "event_id": f"{number}",
                "sku": f"sku{number}",
                "name": f"n{number}",
            }
            product.update(unit_price=None, department=None, in_stock=None)
            rows.append(("product", {**common, **product}))
        self.objects = self._spread(rows)


def frozen(lake: HostileLake, root: Path, schemas: dict[str, Row]) -> Row:
    return lake.freeze(1, lake.write(root / "in", schemas))


def message(root: Path) -> str:
    """What the night left for the operator; and that nothing else looks like a finished night."""
    staging = root / "out" / "staging" / DAY
    assert not (staging / "_job.json").exists()
    text: str = json.loads((staging / "_error.json").read_text())["message"]
    assert "\n" not in text
    return text


def error(root: Path) -> Row:
    """All that the night left for the task that waits for it."""
    left: Row = json.loads((root / "out" / "staging" / DAY / "_error.json").read_text())
    return left


def test_a_gate_that_is_shut_for_all_who_have_offers_stops_the_night(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.night.shut_gates", lambda *_: {"chain-a": "every offer has the score 0.5"})
    with pytest.raises(NightError):
        run(spark, tmp_path, schemas, frozen(SmallLake(), tmp_path, schemas), 7)
    assert message(tmp_path).startswith("The offers of chain-a are not published: every offer has the score 0.5. Look")
    # The job's own refusal: the same input would be refused again.
    assert (error(tmp_path)["unexpected"], error(tmp_path)["after"]) == (False, "1 lines")


def test_what_breaks_in_the_job_is_told_as_unexpected_with_how_far_it_had_come(
    spark: SparkSession,
    schemas: dict[str, Row],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(*_: Any) -> None:
        raise OSError("No space left on device\nat line 7")

    monkeypatch.setattr("recommender.night.write_lines", full)
    with pytest.raises(NightError):
        run(spark, tmp_path, schemas, frozen(SmallLake(), tmp_path, schemas), 7)
    assert message(tmp_path) == "The Spark job failed with OSError: No space left on device"
    assert (error(tmp_path)["unexpected"], error(tmp_path)["after"]) == (True, "writing")
    said = [line.split("): ", 1)[1] for line in capsys.readouterr().out.splitlines() if line.startswith("recommend: ")]
    stages = ["reading", "settling duplicates and late events", "scoring and composing offers", "writing"]
    assert [line for line in said if line in stages] == stages
    assert {"4 rows read, 0 out of the window", "4 events used, of 1 chains", "1 lines"} <= set(said)


def test_a_reason_that_cannot_be_written_does_not_hide_the_first_one(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: Any, **__: Any) -> None:
        raise PermissionError("403")

    document = frozen(SmallLake(), tmp_path, schemas)
    monkeypatch.setattr("recommend.write_error", denied)
    with pytest.raises(NightError, match="version 9"):
        run(spark, tmp_path, schemas, {**document, "version": 9}, 7)


def test_a_chain_without_a_purchase_is_no_data_and_its_shoppers_are_offered_nothing(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path
) -> None:
    lake = SmallLake()
    moment = datetime(2026, 11, 20, 15, tzinfo=UTC)
    common = {"tenant_id": "c", "occurred_at": moment, "received_at": moment, "store_id": "s", "moment": moment}
    rows: list[tuple[str, Row]] = [
        ("product", {**common, "event_type": "listed", "event_id": f"c{it}", "sku": f"sku{it}", "name": "n"})
        for it in range(3)
    ]
    rows.append(("shopper", {**common, "event_type": "registered", "event_id": "c", "cpf": "f" * 64}))
    lake.objects += lake._spread([(contract, {**row, "region": "none", "night": 1}) for contract, row in rows])
    report = run(spark, tmp_path, schemas, frozen(lake, tmp_path, schemas), 7)
    assert {chain: it["status"] for chain, it in report["tenants"].items()} == {"chain-a": "OK", "c": "NO_DATA"}
    [line] = staged(tmp_path, report)["c"].splitlines()
    # The other chain's products are as popular as can be, under the same numbers.
    assert (json.loads(line)["offers"], json.loads(line)["fallback_level"]) == ([], "none")


@pytest.mark.parametrize("name", ["part.parquet", "_hidden.parquet"])
def test_an_object_that_is_gone_stops_the_night_by_name(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path, name: str
) -> None:
    lake = SmallLake()
    lake.objects[0]["key"] = str(Path(lake.objects[0]["key"]).with_name(name))
    document = frozen(lake, tmp_path, schemas)
    (tmp_path / "in" / lake.objects[0]["key"]).unlink()
    with pytest.raises(NightError):
        run(spark, tmp_path, schemas, document, 7)
    assert lake.objects[0]["key"] in message(tmp_path)


def test_a_file_system_that_fails_names_the_object_and_is_worth_another_try(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = SmallLake()
    key = str(Path(lake.objects[0]["key"]).with_name("_hidden.parquet"))
    lake.objects[0]["key"] = key
    document = frozen(lake, tmp_path, schemas)
    # Any error of the virtual machine.
    monkeypatch.setattr(Workspace, "create", lambda self, _: self.storage.jvm.java.lang.Integer.parseInt("no number"))
    with pytest.raises(NightError, match=rf"{key} could not be copied"):
        run(spark, tmp_path, schemas, document, 7)
    error = json.loads((tmp_path / "out" / "staging" / document["business_date"] / "_error.json").read_text())
    assert error["unexpected"] is True


def test_an_object_of_another_size_than_frozen_stops_the_night(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path
) -> None:
    lake = SmallLake()
    lake.objects[0]["key"] = str(Path(lake.objects[0]["key"]).with_name("_hidden.parquet"))
    document = frozen(lake, tmp_path, schemas)
    document["objects"][0]["size"] += 1
    with pytest.raises(NightError):
        run(spark, tmp_path, schemas, document, 7)
    assert "refreeze" in message(tmp_path)


def test_snapshots_that_the_input_builds_upon_must_be_there(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path
) -> None:
    document = frozen(SmallLake(), tmp_path, schemas)
    with pytest.raises(NightError):
        run(spark, tmp_path, schemas, {**document, "first_night": False, "previous_business_date": "2026-11-18"}, 7)
    assert "snapshots/product/2026-11-18" in message(tmp_path)


def test_a_failed_night_leaves_no_trace_once_it_succeeds(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path
) -> None:
    document = frozen(SmallLake(), tmp_path, schemas)
    with pytest.raises(NightError):
        run(spark, tmp_path, schemas, {**document, "version": 9}, 7)
    assert "version 9" in message(tmp_path)
    report = run(spark, tmp_path, schemas, document, 7)
    assert not (tmp_path / "out" / "staging" / DAY / "_error.json").exists()
    with pytest.raises(NightError):
        run(spark, tmp_path, schemas, {**document, "version": 9}, 7)
    # What an earlier try staged must not be taken for the result of the one that failed.
    assert message(tmp_path)
    assert report["tenants"]["chain-a"]["status"] == "OK"


def test_without_a_model_the_offers_are_what_is_popular_and_say_so(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path
) -> None:
    document = frozen(SmallLake(), tmp_path, schemas)
    models = tmp_path / "models"
    shutil.copytree(MODELS, models)
    for parameters in models.glob("*/*/parameters.json"):
        parameters.write_text("{}")
    report = run(spark, tmp_path, schemas, document, 7, "--models", models.as_uri())
    assert report["model"]["fallback_level"] == "popularity"
    assert report["tenants"]["chain-a"]["by_fallback_level"] == {"popularity": 1}
    line = json.loads(staged(tmp_path, report)["chain-a"])
    assert (line["fallback_level"], line["model"]) == ("popularity", "popularity/2")
    assert [offer["sku"] for offer in line["offers"]] == ["sku0", "sku1", "sku2"]


def test_under_the_minimum_there_is_no_offer_at_all(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path
) -> None:
    document = frozen(SmallLake(), tmp_path, schemas)
    report = run(spark, tmp_path, schemas, document, 7, policy={"*": {**POLICY["*"], "minimum": 4}})
    line = json.loads(staged(tmp_path, report)["chain-a"])
    assert (line["offers"], line["fallback_level"]) == ([], "none")
    assert report["tenants"]["chain-a"]["by_fallback_level"] == {"none": 1}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("--business-date", "20-11-2026", "--business-date"),
        ("--time-zone", "Sao_Paulo", "Sao_Paulo"),
        ("--window-days", "0", "0 days"),
        ("--now", "2026-11-21T02:30:00", "no offset"),
        ("--late-policy", "forget", "forget"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_read(
    capsys: pytest.CaptureFixture[str], name: str, value: str, says: str
) -> None:
    right = {
        "--business-date": DAY,
        "--now": "2026-11-21T02:30:00Z",
        "--time-zone": "America/Sao_Paulo",
        "--input": "s3://in/runs/input.json",
        "--in": "s3://in",
        "--out": "s3://out",
        "--models": "s3://artifacts/models",
        "--window-days": "56",
        "--late-lookback-days": "14",
        "--late-policy": "clip",
        "--policy": "s3://in/runs/policy.json",
    }
    with pytest.raises(SystemExit):
        parse_settings([text for pair in {**right, name: value}.items() for text in pair])
    assert says in capsys.readouterr().err
