"""Whatever ends an evaluation is said in one sentence, and numbers that make no split are wrong arguments."""

from __future__ import annotations

from pathlib import Path

import pytest

import evaluate


@pytest.mark.parametrize("option", ["--target-days", "--fit-days", "--k"])
@pytest.mark.parametrize("number", ["0", "-3", "99999999999", "x"])
def test_a_number_that_makes_no_split_is_a_wrong_argument(
    option: str, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        evaluate.main(["--events", "events.jsonl", f"{option}={number}"])
    assert refused.value.code == 2
    assert option in capsys.readouterr().err


@pytest.mark.parametrize("error", [OverflowError("date value out of range"), RuntimeError("an error\nof Spark")])
def test_an_error_that_nobody_foresaw_ends_in_one_sentence_too(
    error: Exception, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise error

    monkeypatch.setattr(evaluate, "open_small_session", broken)
    assert evaluate.main(["--events", str(tmp_path / "events.jsonl")]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"evaluate: The Spark job failed with {type(error).__name__}: ")
    assert said.count("\n") == 1
