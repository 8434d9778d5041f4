"""The page says what the rule gives today, and the night it tells of fits between 23:00 and 07:00."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import night_estimate
import pytest
from night_estimate import CASES, MACHINE, MEMORY_GIB, VCPUS, Case, dollars, production, rows_of, table

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "sizing.md").read_text(encoding="utf-8")


def test_the_page_holds_the_table_that_is_computed() -> None:
    _, _, after = PAGE.partition("<!-- made: scripts/night_estimate.py -->\n")
    made, end, _ = after.partition("\n<!-- /made -->")
    assert end
    assert made == table(), "run scripts/night_estimate.py and put its table into docs/sizing.md"


@pytest.mark.parametrize("case", CASES)
def test_the_largest_cluster_is_not_needed_and_the_night_ends_before_seven_even_after_a_lost_try(
    case: Case,
) -> None:
    rows = dict(rows_of(case))
    assert int(rows["core machines"].split()[0]) < production().limits.most
    for name in ("offers published at", "and after a first try that died at its end"):
        hour = int(rows[name].split(":")[0])
        assert hour == 23 or hour < 7


def test_the_page_of_costs_names_the_same_dollars() -> None:
    costs = (ROOT / "docs" / "costs.md").read_text(encoding="utf-8")
    for case in (CASES[0], CASES[-1]):
        assert f"{dict(rows_of(case))['a night']}" in costs


def test_what_a_night_costs_is_machines_and_disks_for_as_long_as_it_lasts() -> None:
    assert dollars(9, 0, timedelta(hours=2)) == pytest.approx(2 * 10 * 0.29)
    assert dollars(10, 730, timedelta(hours=1)) == pytest.approx(11 * 0.29 + 10 * 0.152)


def test_the_machine_of_the_estimate_is_the_one_that_production_tries_first() -> None:
    types = (ROOT / "environments" / "instance-types.ts").read_text(encoding="utf-8")
    assert types.index(f'"{MACHINE}"') < types.index('"m6i')
    assert f"{VCPUS} vCPUs and {MEMORY_GIB} GiB" in types


def test_a_limit_that_is_not_found_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "prod.ts").write_text("nothing")
    monkeypatch.setattr(night_estimate, "ROOT", tmp_path)
    with pytest.raises(ValueError, match=r"environments/prod\.ts has nothing like coreInstances"):
        production()
