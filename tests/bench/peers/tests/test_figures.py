"""Percentiles, ratios, goals, the table and the chart's places."""

from __future__ import annotations

from pathlib import Path

import pytest

from peers import chart, summary, table
from peers.contenders import Contender
from peers.job import Request, Result
from peers.runner import Run


def contender(family: str, layouts: tuple[str, ...]) -> Contender:
    return Contender(family, family.title(), "set", [], Path("model"), [], layouts)


def request(layout: str) -> Request:
    return Request(layout, "warm", [5, 1], [[7, 8, 1], [9, 1]])


def run(who: Contender, times: list[float], rows=None) -> Run:
    """One process that took so long for one request of each layout."""
    asked = [request(layout) for layout in who.layouts]
    given = [r.rows for r in asked] if rows is None else rows
    cpu = [[time / 2 for time in times]]
    passes = [3] * len(asked)
    result = Result("1.0", 0.5, [times], cpu, [[0.0] * len(times)], given, passes, 1_000_000)
    return Run(who, asked, result)


def entry(family: str, layout: str, *times: float) -> dict:
    who = contender(family, (layout,))
    return summary.entry([run(who, [time]) for time in times], layout)


def test_percentiles_are_values_that_were_measured():
    hundred = list(range(100, 0, -1))
    assert summary.percentile(hundred, 0.5) == 50
    assert summary.percentile(hundred, 0.9) == 90
    assert summary.percentile([7.0], 0.9) == 7.0
    with pytest.raises(ValueError, match="nothing"):
        summary.percentile([], 0.5)


def test_layouts_of_one_process_are_told_apart():
    who = contender("peer", ("changed", "all"))
    found = summary.entries([[run(who, [10.0, 30.0])], [run(who, [20.0, 50.0])]])
    assert [e["median_ms"] for e in found] == [15.0, 40.0]
    assert found[1]["round_medians_ms"] == [30.0, 50.0]
    assert found[1]["user_ms"] == 20.0
    assert found[0]["tokens"] == 5
    assert found[0]["longest_row"] == 3


def test_other_tokens_are_noticed():
    who = contender("peer", ("changed",))
    assert summary.entry([run(who, [1.0])], "changed")["tokens_equal"] is True
    other = run(who, [1.0], rows=[[[7, 8, 1], [9, 9]]])
    assert summary.entry([other], "changed")["tokens_equal"] is False
    silent = run(who, [1.0], rows=[None])
    assert summary.entry([silent], "changed")["tokens_equal"] is None


def test_a_ratio_is_taken_within_each_round_too():
    times = summary.ratio(entry("a", "all", 60.0, 200.0), entry("b", "all", 10.0, 50.0))
    assert times["by_round"] == [6.0, 4.0]
    assert times["of_medians"] == pytest.approx(130 / 30)
    assert times["of_cpu_time"] == pytest.approx(260 / 60)


def test_goals_compare_the_same_layout_and_slots_with_all():
    found = [
        entry("colorist-slots", "slots", 10.0),
        entry("bare", "slots", 8.0),
        entry("colorist-text", "changed", 100.0),
        entry("colorist-text", "all", 200.0),
        entry("ctranslate2", "changed", 650.0),
        entry("ctranslate2", "all", 900.0),
    ]
    reached = {goal["what"]: goal["reached"] for goal in summary.goals(found)}
    assert reached == {
        "colorist-slots against ctranslate2, changed": True,
        "colorist-slots against ctranslate2, all": True,
        "colorist-text against ctranslate2, changed": True,
        "colorist-text against ctranslate2, all": False,
        "colorist-slots against its bare passes": False,
    }
    assert "| 4.50 " in table.goals(summary.goals(found))


def test_the_table_has_columns_of_one_width_and_the_fastest_first():
    slow, fast = entry("slow", "all", 300.0), entry("fast", "all", 100.0)
    lines = table.table([slow, fast]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[2].startswith("| Fast ")
    assert "300 ms" in lines[3]


def test_bars_of_one_peer_stand_together_and_the_fastest_on_top():
    found = [
        entry("slow", "changed", 300.0),
        entry("fast", "slots", 10.0),
        entry("slow", "all", 900.0),
        entry("bare-head", "slots", 9.0),
    ]
    bars, middles = chart.places(found)
    assert [e["median_ms"] for _, e in sorted(bars, key=lambda bar: -bar[0])] == [
        10.0,
        300.0,
        900.0,
    ]
    assert middles["Fast"] > middles["Slow"]
    assert len({height for height, _ in bars}) == 3
