"""Says how good a model package is on an events file, beside the baselines: a table on stdout and, if asked, a picture.

Exits with 1 when the model is not proven better than popularity and ALS, or is proven worse than another baseline.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pyspark.sql import SparkSession

from evaluation.command_line import count, failure
from evaluation.comparison import Composing, compare
from evaluation.events_file import read_events_file
from evaluation.report import picture, table
from evaluation.session import open_small_session
from evaluation.split import split_at
from recommender.business_window import zone_of
from recommender.model_package import load_package
from recommender.offer_policy import parse_offer_policies
from recommender.package_files import folder_reader

MODELS = Path(__file__).parents[1] / "models"


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="npm run evaluate --", description=__doc__, allow_abbrev=False)
    parser.add_argument("--events", required=True, type=Path, metavar="FILE", help="an events file, as npm start plays")
    parser.add_argument("--package", metavar="NAME/VERSION", help="the package to judge (default: the champion)")
    parser.add_argument("--models", type=Path, default=MODELS, metavar="DIR", help="the folder of the packages")
    parser.add_argument("--history-until", type=date.fromisoformat, metavar="YYYY-MM-DD")
    parser.add_argument(
        "--target-days", type=count, default=14, metavar="N", help="days in which the target basket lies"
    )
    parser.add_argument(
        "--fit-days", type=count, default=7, metavar="N", help="the same of the split before, for tuning"
    )
    parser.add_argument("--k", type=count, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time-zone", default="America/Sao_Paulo", metavar="NAME")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="offer policies, to judge composed offers as well")
    parser.add_argument("--one-chain", action="store_true", help="take all chains of the file as one")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="where to draw the picture")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the figures")
    return parser.parse_args(arguments)


def evaluate(spark: SparkSession, given: argparse.Namespace) -> bool:
    """Prints and writes what was asked for; whether the gains are what they have to be."""
    zone = zone_of(given.time_zone)
    package = given.package or json.loads((given.models / "champion.json").read_text())["champion"]
    name, version, _, scorer = load_package(folder_reader(given.models), package, given.models.resolve().as_uri())
    events = read_events_file(spark, given.events, zone, given.one_chain, datetime.now(UTC))
    sales = events.sales
    last_day = given.history_until or events.last_day - timedelta(days=given.target_days)
    split = split_at(sales, last_day, given.target_days)
    fit = split_at(sales, last_day - timedelta(days=given.fit_days), given.fit_days)
    policies = parse_offer_policies(given.policy.read_bytes(), str(given.policy)) if given.policy else None
    composing = Composing(policies, events.departments) if policies else None
    comparison = compare(f"{name}/{version}", scorer, split, fit, zone, given.k, given.seed, composing)
    print(f"{given.events}: {events.first_day} to {events.last_day}, {events.skipped} lines skipped.")
    print(table(comparison))
    if given.svg:
        given.svg.write_text(picture(comparison), encoding="utf-8")
    if given.json:
        given.json.write_text(json.dumps(comparison.figures(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return comparison.kept()


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    given = options(arguments)
    try:
        spark = open_small_session()
        return 0 if evaluate(spark, given) else 1
    except Exception as error:
        print(f"evaluate: {failure(error)}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
