"""What a training was asked for and cannot give is said at once, in one sentence, and not after it has run."""

from __future__ import annotations

from pathlib import Path

import pytest

import train


@pytest.fixture(autouse=True)
def without_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened() -> None:
        raise AssertionError("Spark was started")

    monkeypatch.setattr(train, "open_small_session", opened)


def asked(models: Path, package: str, *more: str) -> list[str]:
    return ["events", "--events", str(models / "events.jsonl"), "--models-to", str(models), "--package", package, *more]


@pytest.mark.parametrize("package", ["frequency", "../frequency/3", "frequency/1"])
def test_a_package_that_cannot_be_written_is_refused_before_anything_is_read(
    package: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "frequency" / "1").mkdir(parents=True)
    (tmp_path / "frequency" / "1" / "model.json").write_text("{}")
    assert train.main(asked(tmp_path, package)) == 1
    said = capsys.readouterr().err
    assert said.startswith("train: ")
    assert said.count("\n") == 1
    assert package in said
    assert "Spark" not in said


@pytest.mark.parametrize("fixed", ["{", "[1]", "5"])
def test_numbers_that_are_no_json_object_are_a_wrong_argument(
    fixed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        train.main(asked(tmp_path, "frequency/3", "--fixed", fixed))
    assert refused.value.code == 2
    assert "--fixed" in capsys.readouterr().err


def test_a_wrong_events_file_is_told_as_that_and_not_as_a_failed_job(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(train, "open_small_session", lambda: None)
    assert train.main(asked(tmp_path, "frequency/3")) == 1
    said = capsys.readouterr().err
    assert "events.jsonl" in said
    assert "job failed" not in said
