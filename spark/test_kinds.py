"""The night runs any kind of package: a really trained ALS, and a kind that is one new file."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from hostile_lake import HostileLake
from night_runs import POLICY, run, staged
from recommender import kinds
from recommender.model_package import SIGNATURE, choose_model
from recommender.package_files import folder_reader
from training.als import write_als_package

Row = dict[str, Any]
THIRD = """
from pyspark.sql import functions as F
from recommender.frequency import FrequencyModel
from recommender.model_defaults import POPULARITY_PARAMETERS

KIND = "alphabet"


class Alphabet:
    def score(self, night):
        found = FrequencyModel(POPULARITY_PARAMETERS).score(night)
        # To this kind nothing was ever bought, so that nothing is too early.
        said = {"millionths": 7, "popularity": 0, "times": 0}
        return found.withColumns({name: F.lit(value).cast("bigint") for name, value in said.items()})


def load(package):
    package.read("anything.txt")
    return Alphabet()
"""


@pytest.fixture(scope="module")
def lake(schemas: dict[str, Row], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Row]:
    hostile = HostileLake(31, date(2026, 11, 20), 10)
    root = tmp_path_factory.mktemp("kinds")
    return root, hostile.freeze(1, hostile.write(root / "in", schemas))


def champion(models: Path, name: str) -> str:
    (models / "champion.json").write_text(json.dumps({"champion": name, "previous": None}))
    return models.as_uri()


def offers(root: Path, report: Row) -> list[Row]:
    return [json.loads(line) for body in staged(root, report).values() for line in body.decode().split("\n") if line]


def test_a_trained_als_is_saved_loaded_and_scores_the_night(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path, lake: tuple[Path, Row]
) -> None:
    root, document = lake
    shoppers = [hashlib.sha256(f"cpf{number}".encode()).hexdigest() for number in range(6)]
    sales = [
        (tenant, shopper, [f"sku{(place * 3 + basket) % 14}", f"sku{(place + basket) % 14}"])
        for tenant in ("chain-a", "chain-b", "c")
        for place, shopper in enumerate(shoppers)
        for basket in range(3)
    ]
    frame = spark.createDataFrame(sales, "tenant_id string, shopper_id string, skus array<string>")
    at = datetime(2026, 11, 26, tzinfo=UTC)
    folder = write_als_package(frame, tmp_path, "als/1", 4, 1, at, {})
    report = run(spark, root, schemas, document, 10, "--models", champion(tmp_path, "als/1"))
    assert report["model"]["name"] == "als"
    assert report["model"]["fallback_level"] == "champion"
    scored = {it["score"] for line in offers(root, report) for it in line["offers"] if line["shopper_id"] in shoppers}
    assert len(scored) > 10
    again = run(spark, root, schemas, document, 10, "--models", champion(tmp_path, "als/1"))
    assert {**again, "files": []} == {**report, "files": []}
    factors = next(folder.glob("model/userFactors/*.parquet"))
    factors.write_bytes(factors.read_bytes()[:-1] + b"x")
    model = choose_model(folder_reader(tmp_path), tmp_path.as_uri())
    assert (model.level, len(model.refused)) == ("popularity", 1)
    assert "userFactors" in model.refused[0]


@pytest.fixture
def third(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds" / "alphabet.py").write_text(THIRD)
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path / "kinds")])
    yield
    sys.modules.pop("recommender.kinds.alphabet", None)


@pytest.mark.usefixtures("third")
def test_a_third_kind_is_one_new_file(
    spark: SparkSession, schemas: dict[str, Row], tmp_path: Path, lake: tuple[Path, Row]
) -> None:
    root, document = lake
    package = tmp_path / "models" / "third" / "1"
    package.mkdir(parents=True)
    (package / "anything.txt").write_text("x")
    model = {"name": "third", "version": "1", "kind": "alphabet", "signature": SIGNATURE}
    files = {"anything.txt": hashlib.sha256(b"x").hexdigest()}
    (package / "model.json").write_text(json.dumps({**model, "files": files}))
    models = champion(tmp_path / "models", "third/1")
    policy = {"*": {**POLICY["*"], "max_per_department": 5}}
    report = run(spark, root, schemas, document, 10, "--models", models, policy=policy)
    assert report["model"]["name"] == "third"
    lines = [line for line in offers(root, report) if line["offers"]]
    assert lines
    for line in lines:
        skus = [it["sku"] for it in line["offers"]]
        assert skus == sorted(skus)
        assert {it["score"] for it in line["offers"]} == {0.000007}
