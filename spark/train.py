"""Makes a frequency package: fits its numbers on one split in time, measures it on a later one, writes both down.

From the lake, with the arguments of a night: train.py lake --package frequency/3 --models-to DIR <a night's arguments>
From an events file:                      train.py events --package frequency/3 --models-to DIR --events FILE
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from evaluation.command_line import count, failure
from evaluation.comparison import compare
from evaluation.events_file import read_events_file
from evaluation.metrics import quality
from evaluation.report import table
from evaluation.session import open_small_session
from evaluation.spark_rankings import model_ranking, scoring_input
from evaluation.split import Split, split_at
from recommender.business_window import zone_of
from recommender.errors import NightError
from recommender.fetch import Workspace
from recommender.frequency import FrequencyModel
from recommender.frequency_parameters import document_of, parse_parameters
from recommender.frozen_input import CONTRACTS
from recommender.schemas import contract_schema
from recommender.settings import parse_settings
from recommender.storage import Storage
from training.fit import Fitted, fit
from training.lake import sales_of_lake
from training.package import json_bytes, new_package_folder, write_package

FEATURES = [
    "weighted share of the shopper's baskets that hold the product",
    "rate at which the chain's shoppers buy the product again",
    "time since the shopper bought the product, against the shopper's own period",
    "votes of the chain's and of the shopper's store's baskets for the product",
]


def say(text: str) -> None:
    """Progress: figures only, nobody's data."""
    print(f"train: {text}", file=sys.stderr, flush=True)


def numbers(text: str) -> dict[str, Any]:
    """The numbers that are given, by name."""
    given = json.loads(text)
    if not isinstance(given, dict):
        raise ValueError("no JSON object")
    return given


def options(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The command line; of `lake`, the rest are a night's arguments."""
    parser = argparse.ArgumentParser(prog="train.py", description=__doc__, allow_abbrev=False)
    parser.add_argument("source", choices=("lake", "events"))
    parser.add_argument("--package", required=True, metavar="NAME/VERSION")
    parser.add_argument("--models-to", required=True, type=Path, metavar="DIR", help="where packages lie")
    parser.add_argument("--description", default="How often, how lately and where: a shopper's habits among others'.")
    parser.add_argument("--source-note", default="", metavar="TEXT", help="what the data is, for parameters.json")
    parser.add_argument("--fixed", default="{}", type=numbers, metavar="JSON", help="numbers given, not fitted")
    parser.add_argument("--target-days", type=count, default=14, metavar="N", help="of the measured split")
    parser.add_argument("--fit-days", type=count, default=7, metavar="N", help="of the fitted split, just before")
    parser.add_argument("--k", type=count, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trained-at", type=datetime.fromisoformat, metavar="RFC3339", help="default: now")
    parser.add_argument("--events", type=Path, metavar="FILE")
    parser.add_argument("--one-chain", action="store_true")
    parser.add_argument("--zone", default="America/Sao_Paulo", metavar="NAME", help="of an events file")
    given, rest = parser.parse_known_args(arguments)
    if (given.source == "events") != (given.events is not None) or (given.source == "events" and rest):
        parser.error("`events` takes --events FILE and no argument of a night, `lake` a night's arguments")
    return given, rest


def fit_on(split: Split, zone: ZoneInfo, k: int, fixed: dict[str, Any]) -> Fitted:
    """The numbers that rank best on a split."""
    night = scoring_input(split, zone, k)
    given = {name: value for name, value in fixed.items() if name != "baskets"}
    checked = parse_parameters({"decay": "1", "popularity_percent": 50, "baskets": 200, **fixed})

    def worth(parameters: Any) -> float:
        found = quality(split, model_ranking(night, FrequencyModel(parameters)), k)
        return float(found.recall.mean() + found.ndcg.mean()) / 2

    return fit(worth, {name: getattr(checked, name) for name in given}, say)


def train(sales: DataFrame, last_day: date, zone: ZoneInfo, given: argparse.Namespace) -> str:
    """Fits, measures and writes the package; returns the table of what it measured."""
    fixed = given.fixed
    end = last_day - timedelta(days=given.target_days)
    early = split_at(sales, end - timedelta(days=given.fit_days), given.fit_days)
    fitted = fit_on(early, zone, given.k, fixed)
    say(json.dumps(document_of(fitted.parameters)))
    later = split_at(sales, end, given.target_days)
    model = FrequencyModel(fitted.parameters)
    comparison = compare(given.package, model, later, early, zone, given.k, given.seed)
    measured = f"{early.first_day}/{early.last_day}, first baskets until {early.last_target_day}"
    parameters = {
        **document_of(fitted.parameters),
        "source": {
            "data": given.source_note,
            "fitted": f"{measured}, {len(early.targets)} shoppers, {fitted.tried} settings tried; the best mean of "
            f"recall@{given.k} and NDCG@{given.k} is {fitted.worth:.4f}",
            "given": ", ".join(sorted(fixed)) or "nothing",
        },
    }
    described = {"description": given.description, "features": FEATURES, "metrics": comparison.figures()}
    at = given.trained_at or datetime.now(UTC)
    files = {"parameters.json": json_bytes(parameters)}
    write_package(given.models_to, given.package, "frequency", files, at, described)
    return table(comparison)


def run(spark: SparkSession, given: argparse.Namespace, rest: Sequence[str]) -> str:
    """Reads what was asked for and trains on it."""
    if given.source == "events":
        zone = zone_of(given.zone)
        events = read_events_file(spark, given.events, zone, given.one_chain, datetime.now(UTC))
        return train(events.sales, events.last_day, zone, given)
    settings = parse_settings(rest)
    workspace = Workspace(Storage(spark))
    try:
        schemas = {name: contract_schema(name) for name in CONTRACTS}
        sales = sales_of_lake(spark, settings, schemas, workspace, say)
        last_day = sales.agg(F.max("day")).collect()[0][0]
        if last_day is None:
            raise NightError(f"No sale lies in the window that ends on {settings.business_date}.")
        return train(sales, last_day, zone_of(settings.time_zone), given)
    finally:
        workspace.close()


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    given, rest = options(arguments)
    try:
        # Before anything is read: a training takes long.
        new_package_folder(given.models_to, given.package)
        spark = open_small_session()
        print(run(spark, given, rest))
    except Exception as error:
        print(f"train: {failure(error)}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
