"""A package that is not whole is never used, and the next one on the ladder is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from night_runs import MODELS
from recommender.model_package import choose_model

Files = dict[str, bytes]


def shipped() -> Files:
    """The packages that ship, and the same one again as frequency/0, to fall back upon."""
    files = {str(path.relative_to(MODELS)): path.read_bytes() for path in MODELS.rglob("*.json")}
    older = {**json.loads(files["frequency/1/model.json"]), "version": "0"}
    files["frequency/0/model.json"] = json.dumps(older).encode()
    files["frequency/0/parameters.json"] = files["frequency/1/parameters.json"]
    files["champion.json"] = b'{"champion":"frequency/1","previous":"frequency/0"}'
    return files


def change_model(packages: Files, **changes: Any) -> None:
    model = json.loads(packages["frequency/1/model.json"])
    packages["frequency/1/model.json"] = json.dumps({**model, **changes}).encode()


def change_parameters(files: Files, **changes: Any) -> None:
    body = json.dumps({**json.loads(files["frequency/1/parameters.json"]), **changes}).encode()
    files["frequency/1/parameters.json"] = body
    change_model(files, files={"parameters.json": hashlib.sha256(body).hexdigest()})


def flip(files: Files) -> None:
    body = bytearray(files["frequency/1/parameters.json"])
    body[20] ^= 1
    files["frequency/1/parameters.json"] = bytes(body)


BREAKS: list[Callable[[Files], Any]] = [
    lambda files: files.pop("frequency/1/model.json"),
    lambda files: files.pop("frequency/1/parameters.json"),
    flip,
    lambda files: files.update({"frequency/1/model.json": b"{"}),
    lambda files: files.update({"frequency/1/model.json": b"[]"}),
    lambda files: change_model(files, name="other"),
    lambda files: change_model(files, version="2"),
    lambda files: change_model(files, kind="spark-ml"),
    lambda files: change_model(files, signature={"reads": ["purchase/2"], "gives": "offers/1"}),
    lambda files: change_model(files, files={}),
    lambda files: change_model(files, files=None),
    lambda files: change_parameters(files, decay="1.5"),
    lambda files: change_parameters(files, decay="NaN"),
    lambda files: change_parameters(files, decay="x"),
    lambda files: change_parameters(files, popularity_percent=101),
    lambda files: change_parameters(files, baskets=0),
    lambda files: change_parameters(files, baskets="9"),
]


def test_the_champion_that_ships_is_used() -> None:
    files = {str(path.relative_to(MODELS)): path.read_bytes() for path in MODELS.rglob("*.json")}
    model = choose_model(files.get)
    ladder = json.loads(files["champion.json"])
    assert (f"{model.name}/{model.version}", model.level, model.refused) == (ladder["champion"], "champion", ())
    assert model.sha256 == hashlib.sha256(files[f"{ladder['champion']}/model.json"]).hexdigest()
    # The one to fall back upon must be as whole.
    files["champion.json"] = json.dumps({"champion": ladder["previous"], "previous": None}).encode()
    assert choose_model(files.get).level == "champion"


def test_the_page_on_models_shows_the_figures_that_the_champion_was_published_with() -> None:
    champion = json.loads((MODELS / "champion.json").read_text())["champion"]
    metrics = json.loads((MODELS / champion / "model.json").read_text())["metrics"]
    page = (MODELS.parent / "docs" / "models.md").read_text()
    lines = [line.strip() for line in page.splitlines()]
    for name, figures in {champion: metrics, **metrics["baselines"]}.items():
        row = next(line for line in lines if line.startswith(f"{name} "))
        assert row.removeprefix(name).split()[:2] == [f"{figures[it]:.4f}" for it in ("recall_at_10", "ndcg_at_10")]


@pytest.mark.parametrize("number", range(len(BREAKS)))
def test_a_broken_champion_gives_way_to_the_previous_one_and_that_to_popularity(number: int) -> None:
    files = shipped()
    BREAKS[number](files)
    model = choose_model(files.get)
    assert (model.name, model.version, model.level) == ("frequency", "0", "previous")
    assert len(model.refused) == 1
    assert "frequency/1" in model.refused[0]
    del files["frequency/0/model.json"]
    model = choose_model(files.get)
    assert (model.name, model.level, len(model.refused)) == ("popularity", "popularity", 2)


@pytest.mark.parametrize("body", [None, b"", b"[]", b"{}", b'{"champion":"../x/1"}', b'{"champion":7}'])
def test_without_a_champion_popularity_is_used(body: bytes | None) -> None:
    files = shipped()
    if body is None:
        del files["champion.json"]
    else:
        files["champion.json"] = body
    assert choose_model(files.get).level == "popularity"
