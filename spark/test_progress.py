"""A job's log says how far it is and how long each stage took."""

from __future__ import annotations

from recommender.progress import Progress


def test_each_line_says_the_seconds_since_the_beginning_and_since_the_line_before() -> None:
    clock = iter([100.0, 101.5, 131.54, 131.54])
    lines: list[str] = []
    say = Progress(lambda: next(clock), lines.append)
    assert say.last is None
    for text in ("reading", "7 rows read", "settling"):
        say(text)
    assert lines == [
        "recommend: 1.5 s (+1.5): reading",
        "recommend: 31.5 s (+30.0): 7 rows read",
        "recommend: 31.5 s (+0.0): settling",
    ]
    assert say.last == "settling"
