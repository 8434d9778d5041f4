"""The night's offers beside those of DuckDB's SQL in bench/scoring, on a made lake with a real one's skew: two programs
that share no code but the parameters come to the same products and scores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from duckdb_night import score_lake
from made_lake import make_lake
from night_runs import MODELS, run
from recommender.frequency_parameters import parse_parameters
from same_offers import compare_offers

ITEM_ROWS = 12_000
# Everything that a frequency package can say, away from its neutral value.
RICH: dict[str, Any] = {
    "decay": "0.9",
    "popularity_percent": 30,
    "baskets": 12,
    "day_decay": "0.99",
    "size_exponent": "0.4",
    "popularity_size_exponent": "0.5",
    "prior_baskets": 3,
    "store_prior_baskets": 50,
    "early_percent": 60,
    "overdue_percent": 80,
}


def _package(folder: Path, parameters: dict[str, Any]) -> Path:
    """A published package of these parameters, made of the shipped one."""
    import hashlib

    home = folder / "frequency" / "1"
    home.mkdir(parents=True)
    text = json.dumps(parameters)
    document = json.loads((MODELS / "frequency" / "1" / "model.json").read_text())
    document["files"] = {"parameters.json": hashlib.sha256(text.encode()).hexdigest()}
    (home / "parameters.json").write_text(text)
    (home / "model.json").write_text(json.dumps(document))
    (folder / "champion.json").write_text(json.dumps({"champion": "frequency/1", "previous": None}))
    return home


@pytest.mark.parametrize("rich", [False, True])
def test_both_give_the_same_offers(
    spark: SparkSession, schemas: dict[str, dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rich: bool
) -> None:
    champion = json.loads((MODELS / "champion.json").read_text())["champion"]
    shipped = json.loads((MODELS / champion / "parameters.json").read_text())
    package = _package(tmp_path / "models", RICH if rich else shipped)
    made = make_lake(tmp_path / "in", ITEM_ROWS, products=300)
    models = (tmp_path / "models").as_uri()
    # Fewer than the till's card has, and some shoppers.
    monkeypatch.setattr("recommender.sales.MOST_BASKETS", 8)
    report = run(spark, tmp_path, schemas, made.frozen, 56, "--models", models)
    assert all(report["counts"][name] for name in ("duplicates", "netted", "capped"))
    assert {it["fallback_level"] for it in [report["model"]]} == {"champion"}
    shoppers = score_lake(tmp_path, parse_parameters(json.loads((package / "parameters.json").read_text())), 8)
    lines = sum(chain["lines"] for chain in report["tenants"].values())
    assert shoppers == lines
    day = made.frozen["business_date"]
    assert compare_offers(f"{tmp_path}/out/staging/{day}/**/*.txt", f"{tmp_path}/duckdb/**/*.csv") == (lines, lines)
