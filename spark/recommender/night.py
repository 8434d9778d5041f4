"""One night: the frozen input becomes staged lines, snapshots, quarantined rows and, last, the job's report.

Nobody reads what is staged before _job.json is there; each output is replaced as a whole when a night runs again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from recommender import counts as counting
from recommender.compaction import compact
from recommender.errors import NightError, sentence_of
from recommender.events import used
from recommender.fetch import Located, Workspace
from recommender.frozen_input import CHANGE_LOGS, FrozenInput, parse_frozen_input
from recommender.gates import shut_gates, staged_lines
from recommender.lines import compose_lines
from recommender.model_package import Model, choose_model
from recommender.offer_policy import OfferPolicies, parse_offer_policies
from recommender.offers import NONE, OFFERS, compose_offers, offerable
from recommender.reader import read_snapshot
from recommender.reading import Say, read_night
from recommender.sales import bought_and_kept
from recommender.scoring import Keep, ScoringInput
from recommender.set_aside import TooMuchSetAside
from recommender.settings import Settings
from recommender.shared_ids import keep_settled
from recommender.shopper_numbers import shopper_number
from recommender.shoppers import all_shoppers, keep_known
from recommender.snapshots import fold_products, fold_shoppers
from recommender.storage import Storage
from recommender.writer import (
    REPORT,
    write_compaction,
    write_counted_days,
    write_lines,
    write_quarantine,
    write_refused,
    write_report,
    write_snapshot,
)


def freeze_of(storage: Storage, settings: Settings) -> FrozenInput:
    """The frozen input that the settings name."""
    body = storage.read_bytes(settings.input_url)
    if body is None:
        raise NightError(f"{settings.input_url} is not there: the night's input is frozen before the job starts.")
    return parse_frozen_input(body.decode(), settings.business_date, settings.input_url)


def run_night(
    spark: SparkSession,
    settings: Settings,
    frozen: FrozenInput,
    schemas: Mapping[str, StructType],
    workspace: Workspace,
    say: Say,
) -> dict[str, Any]:
    """Makes the night and returns its report, which is written as `_job.json`."""
    storage = Storage(spark)
    policies = parse_offer_policies(storage.read_bytes(settings.policy), settings.policy)
    model = choose_model(lambda path: storage.read_bytes(f"{settings.models}/{path}"), settings.models)
    for refusal in model.refused:
        say(refusal)
    say(f"model {model.name}/{model.version}, level {model.level}")

    say("reading")
    try:
        read = read_night(spark, settings, frozen, schemas, workspace, say)
    except TooMuchSetAside as refused:
        write_refused(storage, None, refused.objects, settings)
        raise
    counts = read.counts
    say(f"{counting.total(counts).read} rows read, {counting.total(counts).out_of_window} out of the window")

    say("settling duplicates and late events")
    events = keep_settled(read.rows, workspace.keep)
    chains = counting.count_outcomes(events, counts)
    before = report_before(storage, settings)
    check_not_lost(chains, before, settings)
    try:
        counting.check_set_aside(events, counts, read.aside)
    except TooMuchSetAside as refused:
        write_refused(storage, events, refused.objects, settings)
        raise
    say(f"{counting.total(counts).used} events used, of {len(chains)} chains")

    say("scoring and composing offers")
    earlier = {name: read_snapshot(spark, settings.lake, name, frozen.previous_business_date) for name in CHANGE_LOGS}
    product = workspace.keep(fold_products(earlier["product"], used(events, "product")), "product")
    shopper = workspace.keep(fold_shoppers(earlier["shopper"], used(events, "shopper")), "shopper")
    catalogue = offerable(product, policies, settings.window.end)
    purchases, mine = used(events, "purchase"), counts["purchase"]
    lines = make_lines(purchases, catalogue, shopper, model, policies, settings, workspace.keep, mine)
    lines = workspace.keep(lines, "lines")
    counting.count_lines(lines, chains)
    total = sum(chain.lines for chain in chains.values())
    say(f"{total} lines")
    bought = purchases.select("tenant_id", F.explode("skus").alias("sku"))
    old = staged_lines((f"{settings.out}/{item['key']}" for item in before.get("files", [])), lines)
    shut = shut_gates(lines, catalogue, bought, old, total, policies, workspace.keep)
    if shut:
        fail_chains(chains, shut)
        for name, found in shut.items():
            say(f"{name} gets no offers: {found}")
        lines = workspace.keep(withhold(lines, list(shut), settings, model), "withheld")
        counting.count_lines(lines, chains)

    say("writing")
    files = write_lines(storage, lines, settings, {name: chain.bytes for name, chain in chains.items()})
    write_quarantine(storage, events, read.aside, settings)
    write_snapshot(product, "product", settings)
    write_snapshot(shopper, "shopper", settings)
    write_counted_days(storage, read.counted_days, settings)
    report = {
        "version": 1,
        "business_date": str(settings.business_date),
        "offer_date": str(settings.offer_date),
        "input_digest": counting.overall_digest(chains),
        "model": {
            "name": model.name,
            "version": model.version,
            "sha256": model.sha256,
            "fallback_level": model.level,
        },
        "policy": {"sha256": policies.sha256},
        "counts": asdict(counting.total(counts)),
        "by_contract": {name: asdict(mine) for name, mine in counts.items()},
        "objects_set_aside": [it.reported() for it in read.aside],
        "tenants": {name: chain.published() for name, chain in sorted(chains.items())},
        "files": files,
    }
    write_report(storage, settings, report)
    _compact(spark, settings, schemas, workspace, read.located, say)
    return report


def _compact(
    spark: SparkSession,
    settings: Settings,
    schemas: Mapping[str, StructType],
    workspace: Workspace,
    located: list[Located],
    say: Say,
) -> None:
    count, failure = 0, None
    # The night is staged already, and the nights to come can read the objects themselves.
    try:
        count = compact(spark, workspace, settings.lake, schemas, located, settings.business_date)
    except Exception as error:
        failure = sentence_of(error)
        say(f"no object is compacted: {failure}")
    if count:
        say(f"{count} small objects compacted for the nights to come")
    with suppress(Exception):
        write_compaction(workspace.storage, settings, count, failure)


def make_lines(
    purchases: DataFrame,
    catalogue: DataFrame,
    shopper: DataFrame,
    model: Model,
    policies: OfferPolicies,
    settings: Settings,
    keep: Keep,
    counts: counting.Counts,
) -> DataFrame:
    """The lines of OUT from the used purchases, what may be offered tonight and the shoppers' snapshot; says in
    `counts` what became of returns."""
    known = keep_known(purchases, shopper, keep)
    everyone = keep(all_shoppers(known, shopper), "shoppers")
    bought = bought_and_kept(known, everyone, counts.returns > 0, keep)
    counts.netted, counts.unmatched_returns, counts.capped = bought.netted, bought.unmatched_returns, bought.capped
    number = shopper_number(everyone)
    shoppers = everyone.select("tenant_id", number.alias("shopper_id"), F.col("shopper_id").alias("token"))
    sales = bought.sales.withColumn("shopper_id", F.when(F.col("shopper_id").isNotNull(), number))
    night = ScoringInput(sales, shoppers, catalogue, settings.window.end, policies.depth(), keep)
    scored = model.scorer.score(night)
    offers = compose_offers(shoppers, scored, catalogue, policies, model.level, night.as_of)
    return _lines_of(offers.withColumn("shopper_id", F.col("token")), settings, model)


def fail_chains(chains: Mapping[str, counting.ChainReport], shut: Mapping[str, str]) -> None:
    """Says of each chain in `shut` that it failed, and why; stops the night when no other chain has any offers: then it
    is the model that went wrong, and whoever mends it runs the same night again."""
    for name, found in shut.items():
        chains[name].status, chains[name].failure = "FAILED", found
    if not any(set(chain.by_fallback_level) - {NONE} for name, chain in chains.items() if name not in shut):
        name, found = next(iter(shut.items()))
        more = f" (and of {len(shut) - 1} more chains)" if len(shut) > 1 else ""
        raise NightError(
            f"The offers of {name}{more} are not published: {found}. "
            "Look at the model and at the chain's products, or put the previous package into models/champion.json."
        )


def withhold(lines: DataFrame, chains: list[str], settings: Settings, model: Model) -> DataFrame:
    """The lines, those of the given chains without any offer."""
    theirs = F.col("tenant_id").isin(*chains)
    bare = lines.where(theirs).select(
        "tenant_id", "shopper_id", F.array().cast(OFFERS).alias("offers"), F.lit(NONE).alias("fallback_level")
    )
    return lines.where(~theirs).unionByName(_lines_of(bare, settings, model))


def _lines_of(offers: DataFrame, settings: Settings, model: Model) -> DataFrame:
    return compose_lines(offers, settings.offer_date, settings.valid_until, f"{model.name}/{model.version}")


def report_before(storage: Storage, settings: Settings) -> Mapping[str, Any]:
    """The report of the night before; empty if it did not finish."""
    folder = f"{settings.out}/staging/{settings.business_date - timedelta(days=1)}"
    report: dict[str, Any] = json.loads(storage.read_bytes(f"{folder}/{REPORT}") or b"{}")
    return report


def check_not_lost(chains: Mapping[str, counting.ChainReport], before: Mapping[str, Any], settings: Settings) -> None:
    """Stops a night without any purchase after one that had some: not that nobody sends yet, but that what was sent is
    not there; and that can be mended while nothing is published."""
    had = sorted(name for name, chain in before.get("tenants", {}).items() if chain["status"] != "NO_DATA")
    if not had or any(chain.status != "NO_DATA" for chain in chains.values()):
        return
    window = settings.window
    raise NightError(
        f"No purchase from {window.first_day} to {window.last_day} ({settings.time_zone}) lies in "
        f"{settings.lake}/data/, and the night before had purchases of {len(had)} chains, {had[0]} among them: bring "
        "them back, then run the night again with refreeze."
    )
