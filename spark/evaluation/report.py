"""A comparison as a table to read in a terminal and as a picture that needs nothing but itself."""

from __future__ import annotations

from html import escape

import numpy as np

from evaluation.comparison import BEATEN, Comparison
from evaluation.metrics import Quality
from evaluation.split import COHORTS

WIDTH, ROW, LEFT, TOP = 880, 64, 230, 92
COLOURS = {"all": "#1f4e79", "new": "#9ecae1", "occasional": "#6baed6", "loyal": "#3182bd"}


def cohort_means(comparison: Comparison, quality: Quality) -> dict[str, float]:
    """Mean recall of all shoppers and of each cohort; a cohort of nobody has none."""
    cohorts = np.array([comparison.split.cohort(who) for who in quality.shoppers])
    means = {"all": float(quality.recall.mean())}
    for name in COHORTS:
        if (cohorts == name).any():
            means[name] = float(quality.recall[cohorts == name].mean())
    return means


def table(comparison: Comparison) -> str:
    """The figures as text."""
    split, k = comparison.split, comparison.k
    cohorts = [split.cohort(who) for who in sorted(split.targets)]
    lines = [
        f"History {split.first_day} to {split.last_day}, first basket until {split.last_target_day}: "
        f"{len(cohorts)} shoppers ({', '.join(f'{cohorts.count(name)} {name}' for name in COHORTS)}).",
        f"TIFU-KNN tuned on the split before: {comparison.tuned}.",
        "Of what each puts first for the shopper; no policy of a chain has a say"
        f"{' but in the last row' if comparison.composed else ''}.",
        "",
        f"{'':26}{f'recall@{k}':>11}{f'NDCG@{k}':>11}{'coverage':>10}" + "".join(f"{name:>12}" for name in COHORTS),
    ]
    rows = dict(comparison.results)
    if comparison.composed:
        rows[f"{comparison.model}, composed"] = comparison.composed
    for name, quality in rows.items():
        means = cohort_means(comparison, quality)
        cells = "".join(f"{means[it]:>12.4f}" if it in means else f"{'–':>12}" for it in COHORTS)
        figures = f"{means['all']:>11.4f}{float(quality.ndcg.mean()):>11.4f}{quality.coverage:>10.4f}"
        lines.append(f"{name:26}{figures}{cells}")
    lines += ["", f"Gain of {comparison.model}, mean and 95 % interval of a paired bootstrap:"]
    for name, gain in comparison.gains.items():
        (mean, low, high), (n_mean, n_low, n_high) = gain["recall"], gain["ndcg"]
        kept = low > 0 if name in BEATEN else high >= 0
        lines.append(
            f"{name:26}recall {mean:+.4f} [{low:+.4f}, {high:+.4f}]   NDCG {n_mean:+.4f} [{n_low:+.4f}, {n_high:+.4f}]"
            f"   {'more' if low > 0 else 'less' if high < 0 else 'no proven difference'}{'' if kept else ': MISSED'}"
        )
    return "\n".join(lines)


def picture(comparison: Comparison) -> str:
    """Recall of every ranking, of all shoppers and by cohort, as one SVG."""
    means = {name: cohort_means(comparison, quality) for name, quality in comparison.results.items()}
    largest = max(value for mine in means.values() for value in mine.values()) or 1.0
    scale = (WIDTH - LEFT - 90) / largest
    split, k = comparison.split, comparison.k
    height = TOP + ROW * len(means) + 16
    title = f"Recall@{k} of {escape(comparison.model)} beside what it must beat"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        f'<text x="16" y="30" font-size="18" font-weight="bold">{title}</text>',
        f'<text x="16" y="52" font-size="13">{len(split.targets)} shoppers, history {split.first_day} to '
        f"{split.last_day}, first basket until {split.last_target_day}</text>",
    ]
    for place, (name, colour) in enumerate(COLOURS.items()):
        x = LEFT + 130 * place
        parts.append(f'<rect x="{x}" y="66" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{x + 18}" y="77" font-size="13">{name}</text>')
    for row, (name, mine) in enumerate(means.items()):
        y = TOP + ROW * row
        weight = "bold" if name == comparison.model else "normal"
        parts.append(
            f'<text x="{LEFT - 12}" y="{y + 32}" font-size="14" text-anchor="end" font-weight="{weight}">'
            f"{escape(name)}</text>"
        )
        for bar, (cohort, value) in enumerate(mine.items()):
            top = y + 13 * bar
            width = value * scale
            parts.append(
                f'<rect x="{LEFT}" y="{top}" width="{width:.1f}" height="11" fill="{COLOURS[cohort]}"/>'
                f'<text x="{LEFT + width + 6:.1f}" y="{top + 10}" font-size="11">{value:.3f}</text>'
            )
    return "\n".join([*parts, "</svg>", ""])
