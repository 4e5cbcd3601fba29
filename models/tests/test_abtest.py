"""`abtest`: published figures come out, and every row of an event log is accounted for."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from colorist_models.abtest import events, paper, planning, rates
from colorist_models.abtest.events import Arm
from colorist_models.cli import main
from colorist_models.errors import UserError


@pytest.mark.parametrize(
    ("exported", "started", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_is_as_published(exported, started, low, high):
    # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
    found = rates.wilson(Arm(started, exported))
    assert found == pytest.approx((low, high), abs=0.00006)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombe_is_as_published(one, other, low, high):
    # Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10.
    treatment, control = (Arm(n, k) for k, n in (one, other))
    assert rates.newcombe(control, treatment) == pytest.approx((low, high), abs=0.00006)


def test_the_ratio_by_hand_by_statsmodels_and_by_bootstrap():
    # By hand: ln(0.25) +- 1.95996 * sqrt(1/15 - 1/150 + 1/100 - 1/250).
    control, treatment = Arm(250, 100), Arm(150, 15)
    low, high = rates.log_ratio(control, treatment)
    assert (low, high) == pytest.approx((0.15110, 0.41363), abs=0.00001)
    other = confint_proportions_2indep(15, 150, 100, 250, compare="ratio", method="log")
    assert (low, high) == pytest.approx(tuple(other), rel=1e-9)
    large = Arm(25_000, 10_000), Arm(15_000, 1_500)
    resampled = rates.bootstrap_ratio(*large, seed=3)
    assert resampled == pytest.approx(rates.log_ratio(*large), abs=0.001)
    assert resampled != rates.bootstrap_ratio(*large, seed=4)


def test_p_values_by_hand_and_as_published():
    # By hand: pooled 0.29, difference 0.02, error 0.0064173: z = 3.1166.
    assert rates.z_test(Arm(10_000, 3_000), Arm(10_000, 2_800)) == pytest.approx(0.00183, abs=1e-5)
    # Fisher's tea: three of four right, 34 of 70 tables are as extreme.
    assert rates.fisher(Arm(4, 3), Arm(4, 1)) == pytest.approx(34 / 70)
    small, large = (Arm(4, 3), Arm(4, 1)), (Arm(400, 300), Arm(400, 100))
    assert rates.compare(*small).p == pytest.approx(34 / 70)
    assert rates.compare(*large).p_fisher is None
    assert rates.z_test(Arm(5, 0), Arm(9, 0)) == 1


def test_non_inferiority_by_hand():
    # By hand: (ln(0.99) - ln(0.95)) / sqrt(2 * ...) with 30% and 29.7% of 20,000.
    control, treatment = Arm(20_000, 6_000), Arm(20_000, 5_940)
    error = math.sqrt(1 / 6_000 - 1 / 20_000 + 1 / 5_940 - 1 / 20_000)
    z = (math.log(0.99) - math.log(0.95)) / error
    expected = 0.5 * math.erfc(z / math.sqrt(2))
    assert rates.non_inferiority(control, treatment, 0.95) == pytest.approx(expected)
    kept = rates.compare(control, treatment)
    assert "No difference is shown" in rates.verdict(kept)
    assert "keeps more than 95%" in rates.verdict(kept)
    fewer = rates.compare(Arm(2_000, 600), Arm(2_000, 594))
    assert "not shown to keep 95%" in rates.verdict(fewer)
    worse = rates.compare(control, Arm(20_000, 5_000))
    assert "completes less" in rates.verdict(worse) and "not shown to keep" in rates.verdict(worse)
    better = rates.compare(control, Arm(20_000, 7_000))
    assert "completes more" in rates.verdict(better)
    assert "exported nothing" in rates.verdict(rates.compare(Arm(9, 0), Arm(9, 1)))


def test_sample_sizes_are_as_published_and_give_the_power_they_promise():
    # Cohen 1988, table 6.4.1: h = 0.20, power 0.80, alpha 0.05 two-sided takes 392 per sample.
    other = math.sin(math.asin(math.sqrt(0.5)) + 0.1) ** 2
    assert abs(planning.projects_for_lift(0.5, other / 0.5 - 1) - 392) <= 1
    random = np.random.default_rng(0)

    def draws(size: int, *shares: float) -> list[np.ndarray]:
        return [random.binomial(size, share, 20_000) for share in shares]

    size = planning.projects_for_lift(0.3, 0.05)
    one, two = draws(size, 0.3, 0.315)
    pooled = (one + two) / (2 * size)
    z = (two - one) / size / np.sqrt(pooled * (1 - pooled) * 2 / size)
    assert (np.abs(z) > 1.959964).mean() == pytest.approx(0.8, abs=0.015)
    size = planning.projects_for_margin(0.3, 0.99, 0.95)
    one, two = draws(size, 0.3, 0.297)
    error = np.sqrt(1 / one + 1 / two - 2 / size)
    assert (np.log(two / one) - 1.959964 * error > math.log(0.95)).mean() == pytest.approx(
        0.8, abs=0.015
    )


@pytest.mark.parametrize(
    ("number", "unprotected", "pocock", "last"),
    [(2, 0.083, 0.0294, 0.0480), (5, 0.142, 0.0158, 0.0413), (10, 0.193, 0.0106, 0.0367)],
)
def test_looks_are_as_published(number, unprotected, pocock, last):
    # Armitage, McPherson and Rowe 1969, table 2; Jennison and Turnbull 2000, tables 2.1 and 2.3
    # (constants 2.178, 2.413, 2.555 and 1.977, 2.040, 2.087, here as two-sided p values).
    found = planning.looks(number)
    assert found.unprotected == pytest.approx(unprotected, abs=0.002)
    assert found.pocock == pytest.approx(pocock, abs=0.0004)
    assert found.obrien_fleming[-1] == pytest.approx(last, abs=0.001)
    assert list(found.obrien_fleming) == sorted(found.obrien_fleming)
    assert found.bonferroni == pytest.approx(0.05 / number)


def test_what_the_papers_ratios_need_is_where_the_tests_turn():
    for need in paper.needs():
        assert 0.9 < need.ratio < 1

        def arms(size: int, base: float = need.base, ratio: float = need.ratio):
            return Arm(size, size * base), Arm(size, size * base * ratio)  # type: ignore[arg-type]

        before, after = arms(need.different - 1), arms(need.different)
        assert rates.z_test(*after) <= 0.05 < rates.z_test(*before)
        lows = [rates.log_ratio(*arms(need.above_margin + step))[0] for step in (-1, 0)]
        assert lows[0] < paper.MARGIN <= lows[1]
        assert need.planned > need.above_margin


EVENTS = """project,arm,event
p1,a,started
p1,a,exported
p1,a,exported
p2,a,started
p3,b,exported
p3,b,started
p4,b,started

p5,b,exported
p6,a,started
p6,b,exported
p7,a,opened
,a,started
p8,a
p9,"a,started
"""


def test_projects_count_once_and_what_is_left_out_is_counted(tmp_path: Path):
    log = tmp_path / "events.csv"
    log.write_text(EVENTS)
    found = events.read(log)
    assert found.arms == {"a": Arm(2, 1), "b": Arm(2, 1)}
    assert found.rows == 14 and found.repeated == 1
    assert {reason: (found.dropped[reason], found.first[reason]) for reason in found.dropped} == {
        events.NOT_STARTED: (1, [f"{log}, row 10"]),
        events.TWO_ARMS: (1, [f"{log}, row 11"]),
        events.UNKNOWN_EVENT: (1, [f"{log}, row 13"]),
        events.EMPTY: (1, [f"{log}, row 14"]),
        events.BAD_FIELDS: (2, [f"{log}, row 15", f"{log}, row 16"]),
    }
    with pytest.raises(UserError, match=f"row 12: {events.TWO_ARMS}"):
        events.read(log, strict=True)
    rows = [line.split(",") for line in EVENTS.splitlines()[1:8]]
    columns = zip(*[row for row in rows if len(row) == 3], strict=True)
    table = dict(zip(("project", "arm", "event"), map(pa.array, columns), strict=True))
    pq.write_table(pa.table({"time": pa.array(range(7)), **table}), tmp_path / "events.parquet")
    assert events.read(tmp_path / "events.parquet").arms == found.arms


def test_counts_are_summed_and_checked(tmp_path: Path):
    log = tmp_path / "counts.csv"
    log.write_text("arm,started,exported\na,100,30\nb,90,20\na,50,20\nb,5,6\nb,-1,0\nb,x,0\n")
    found = events.read(log)
    assert found.arms == {"a": Arm(150, 50), "b": Arm(90, 20)}
    assert found.dropped == {events.BAD_COUNT: 3}
    with pytest.raises(UserError, match="row 5: counts that are not"):
        events.read(log, strict=True)


def test_the_command_prints_everything_as_text_and_as_json(tmp_path: Path, capsys):
    log = tmp_path / "counts.csv"
    log.write_text("arm,started,exported\nteacher,20000,6000\nstudent,20000,5940\n")
    arguments = ["abtest", "compare", str(log), "--control", "teacher", "--looks", "5"]
    main(arguments)
    text = " ".join(capsys.readouterr().out.split())
    for part in ("Wilson", "Newcombe", "bootstrap", "99.00%", "keeps more than 95%", "looks 5"):
        assert part in text, part
    main([*arguments, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["treatment"] == {"arm": "student", "started": 20000, "exported": 5940}
    assert found["ratio"] == pytest.approx(0.99)
    assert found["looks"]["unprotected"] == pytest.approx(0.142, abs=0.002)
    assert found["p_limit"] == pytest.approx(found["looks"]["pocock"])
    main(["abtest", "plan", "--base", "0.3", "--lift", "0.05", "--json"])
    assert json.loads(capsys.readouterr().out)["projects_per_arm"] == 14855
    picture = tmp_path / "new" / "folder" / "paper.png"
    main(["abtest", "paper", "--out", str(picture)])
    assert "96.1%" in capsys.readouterr().out and picture.stat().st_size > 10_000


@pytest.mark.parametrize(
    ("exported", "options", "told"),
    [
        # p = 0.030: enough for one look, not for one of five (0.016).
        (2860, [], ["completes less", "95% interval", "limit 0.05", "below 0.025"]),
        (
            2860,
            ["--looks", "5"],
            ["No difference", "98.4% interval", "limit 0.016", "below 0.0079"],
        ),
        (2860, ["--alpha", "0.001"], ["No difference", "99.9% interval"]),
        # The one-sided p is 0.034, between the limits of one and of two sides.
        (2965, [], ["not shown to keep 95%", "p of a ratio of 95% or less: 0.034"]),
    ],
)
def test_the_verdict_uses_the_alpha_that_is_printed(tmp_path, capsys, exported, options, told):
    log = tmp_path / "counts.csv"
    log.write_text(f"arm,started,exported\ncontrol,10000,3000\nnew,10000,{exported}\n")
    main(["abtest", "compare", str(log), *options])
    text = " ".join(capsys.readouterr().out.split())
    assert [part for part in told if part not in text] == []


def test_names_are_text_and_no_markup(tmp_path: Path, capsys):
    log = tmp_path / "[b].csv"
    log.write_text("arm,started,exported\ncontrol,9,3\n[/b],9,4\n[bold],x,1\n")
    main(["abtest", "compare", str(log)])
    text = "".join(capsys.readouterr().out.split())
    assert "[/b]│4/9" in text and "[b].csv,row4" in text


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        ("arm,started\n", [], "an event log has project, arm, event"),
        ("", [], "is empty; an event log has project, arm, event"),
        (
            "project,arm,event\np1,a,STARTED\np2,b,STARTED\n",
            [],
            r"no arm 'control' \(none\).*left out: 2 x an event that is neither .*csv, row 2",
        ),
        ("arm,started,exported\na,5,1\nb,5,1\n", [], "has no arm 'control'"),
        ("arm,started,exported\na,5,1\nb,5,1\nc,5,1\n", ["--control", "a"], "--treatment"),
        ("arm,started,exported\na,0,0\nb,5,1\n", ["--control", "a"], "started no project"),
        ("arm,started,exported\na,5,1\nb,5,1\n", ["--control", "a", "--alpha", "2"], "--alpha 2"),
    ],
)
def test_what_cannot_be_compared_is_refused(tmp_path: Path, content, arguments, message):
    log = tmp_path / "log.csv"
    log.write_text(content)
    with pytest.raises(SystemExit, match=message):
        main(["abtest", "compare", str(log), *arguments])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["testset", "--out", "FOLDER"], r"^error: FOLDER: Is a directory$"),
        (["testset", "--out", "FOLDER/file/x.jsonl"], r"^error: FOLDER/file: "),
        (["abtest", "paper", "--out", "FOLDER/file/x.png"], r"^error: FOLDER/file: "),
        (["abtest", "paper", "--out", "FOLDER/x.foo"], r"^error: FOLDER/x.foo: unknown picture"),
    ],
)
def test_a_place_that_cannot_be_written_is_an_error_that_names_it(tmp_path, arguments, message):
    (tmp_path / "file").touch()
    arguments = [argument.replace("FOLDER", str(tmp_path)) for argument in arguments]
    with pytest.raises(SystemExit, match=message.replace("FOLDER", str(tmp_path))):
        main(arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--base", "0.3"], "give either"),
        (["--base", "1.3", "--lift", "0.1"], "base rate is 1.3"),
        (["--base", "0.3", "--lift", "4"], "other rate is 1.5"),
        (["--base", "0.3", "--lift", "0"], "endless"),
        (["--base", "0.3", "--margin", "0.95", "--ratio", "0.9"], "cannot be shown"),
    ],
)
def test_plans_that_mean_nothing_are_refused(arguments, message):
    with pytest.raises(SystemExit, match=message):
        main(["abtest", "plan", *arguments])
