"""A model beside the baselines on one split: the figures, by cohort, and the intervals of the gains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from pyspark.sql import DataFrame

from evaluation.baselines import (
    PUBLISHED,
    TUNING,
    TifuKnn,
    personal_ranking,
    popularity_ranking,
    tenant_vectors,
    tifu_knn_ranking,
)
from evaluation.metrics import Quality, gain_interval, quality
from evaluation.spark_rankings import als_ranking, composed_ranking, model_ranking, scoring_input
from evaluation.split import COHORTS, Split
from recommender.offer_policy import OfferPolicies
from recommender.scoring import Scorer

POPULARITY, PERSONAL, ALS = "global popularity", "personal frequency", "ALS"
TIFU_PUBLISHED, TIFU_TUNED = "TIFU-KNN, as published", "TIFU-KNN, tuned"
# The gain must be proven over these; over the others it must not be a proven loss.
BEATEN = (POPULARITY, ALS)


@dataclass(frozen=True)
class Comparison:
    """`results`: each ranking's quality, the model's under its own name `model`: of what it puts first, before any
    policy. `composed`: of the offers that the policies leave of it, if there were any. `gains`: baseline → metric →
    (mean, low, high)."""

    model: str
    k: int
    split: Split
    results: dict[str, Quality]
    gains: dict[str, dict[str, tuple[float, float, float]]]
    tuned: TifuKnn
    composed: Quality | None = None

    def kept(self) -> bool:
        """Whether each gain in recall is what it has to be."""
        return all(
            interval["recall"][1] > 0 if name in BEATEN else interval["recall"][2] >= 0
            for name, interval in self.gains.items()
        )

    def figures(self) -> dict[str, Any]:
        """Figures of the model for model.json, rounded to 4 decimals."""
        mine = self.results[self.model]
        named = {"recall": mine.recall, "ndcg": mine.ndcg}
        cohorts = np.array([self.split.cohort(who) for who in mine.shoppers])
        by_cohort = {
            name: {
                "shoppers": int((cohorts == name).sum()),
                **{f"{metric}_at_{self.k}": _mean(values[cohorts == name]) for metric, values in named.items()},
            }
            for name in COHORTS
        }
        return {
            "history": f"{self.split.first_day}/{self.split.last_day}",
            "targets_until": str(self.split.last_target_day),
            "shoppers": len(mine.shoppers),
            **{f"{metric}_at_{self.k}": _mean(values) for metric, values in named.items()},
            "coverage": round(mine.coverage, 4),
            "by_cohort": by_cohort,
            "baselines": {
                name: {f"recall_at_{self.k}": _mean(it.recall), f"ndcg_at_{self.k}": _mean(it.ndcg)}
                for name, it in self.results.items()
                if name != self.model
            },
        }


@dataclass(frozen=True)
class Composing:
    """The policies that offers are composed by, and the departments of products as an EventsFile has them."""

    policies: OfferPolicies
    departments: DataFrame


def compare(
    model: str,
    scorer: Scorer,
    split: Split,
    fit: Split,
    zone: ZoneInfo,
    k: int,
    seed: int,
    composing: Composing | None = None,
) -> Comparison:
    """Ranks by everything. `fit`: an earlier split, on which TIFU-KNN's parameters are chosen; nothing else sees it."""
    tuned = tune_tifu_knn(fit, k)
    vectors = tenant_vectors(split)
    night = scoring_input(split, zone, k)
    rankings = {
        model: model_ranking(night, scorer),
        POPULARITY: popularity_ranking(vectors, k),
        PERSONAL: personal_ranking(vectors, k),
        ALS: als_ranking(split, k, seed),
        TIFU_PUBLISHED: tifu_knn_ranking(vectors, k, PUBLISHED),
        TIFU_TUNED: tifu_knn_ranking(vectors, k, tuned),
    }
    results = {name: quality(split, ranking, k) for name, ranking in rankings.items()}
    mine = results[model]
    gains = {
        name: {
            "recall": gain_interval(mine.recall, other.recall, seed),
            "ndcg": gain_interval(mine.ndcg, other.ndcg, seed),
        }
        for name, other in results.items()
        if name != model
    }
    composed = None
    if composing:
        offers = composed_ranking(night, scorer, composing.departments, composing.policies)
        composed = quality(split, offers, k)
    return Comparison(model, k, split, results, gains, tuned, composed)


def tune_tifu_knn(fit: Split, k: int) -> TifuKnn:
    """The parameters of TUNING with the best recall on a split."""
    vectors = tenant_vectors(fit)
    return max(TUNING, key=lambda given: quality(fit, tifu_knn_ranking(vectors, k, given), k).recall.mean())


def _mean(values: Any) -> float:
    return round(float(values.mean()), 4) if len(values) else 0.0
