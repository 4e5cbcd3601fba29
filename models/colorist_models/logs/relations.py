"""The relational steps of `prepare`, in Ibis, so that every engine runs the same ones.

Tables: *log* rows as they are (`file, row, problem, intent, tool, answer_id, shown, exported`); the
teacher's *answers* (`answers.SCHEMA`). A row of a log that cannot be used has a `problem`, the
first that applies in the order of `checked`. The wording of intents is judged later, in Python,
because Unicode normalization is not the same on every engine.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

MOST = 1_000_000_000
"""The greatest count that one row of a log may have."""

NOT_A_COUNT = "a count that is not a whole number"
NEGATIVE = "a negative count"
TOO_LARGE = f"a count above {MOST}"
TOO_MANY_EXPORTS = "exported more often than shown"
UNKNOWN_TOOL = "a tool that is not in the catalog"
UNKNOWN_ANSWER = "an answer_id that is not among the answers"
REFUSED_ANSWER = "an answer that was refused"
OTHER_TOOL = "the answer is of another tool"
EMPTY_INTENT = "an empty intent"
OTHER_INTENT = "the answer is to another intent"

NOT_LOGGED = "not in the logs"
NEVER_EXPORTED = "never exported"
SELDOM_SHOWN = "shown too seldom"
NOT_BEST = "another answer was exported more"
CHOSEN = "chosen"

WILSON_Z = 1.959963984540054
"""The 97.5% quantile of the normal distribution."""


def log_rows(parquet: ir.Table | None, staged: ir.Table | None) -> ir.Table:
    """The rows of both kinds of files as one table, counts as int64, null where they are none."""
    tables = []
    for table in (parquet, staged):
        if table is None:
            continue
        problem = table.problem if "problem" in table.columns else ibis.null("string")
        tables.append(
            table.select(
                file=table.file,
                row=table.row.cast("int64"),
                problem=problem,
                intent=table.intent,
                tool=table.tool,
                answer_id=table.answer_id,
                shown=_count(table.shown),
                exported=_count(table.exported),
            )
        )
    return tables[0] if len(tables) == 1 else ibis.union(*tables)


def _count(column: ir.Value) -> ir.Value:
    """A column as int64. Text must be digits, as engines differ in what else they would cast."""
    kind = column.type()
    if isinstance(kind, dt.String):
        text = column.strip()
        digits = text.re_search("^-?[0-9]{1,18}$")
        return ibis.ifelse(digits, text, ibis.null("string")).cast("int64")
    if isinstance(kind, (dt.Floating, dt.UInt64)):
        number = column.cast("float64")
        # Beyond 2^53 no double tells neighbors apart; on both engines NaN is above every number.
        whole = (number.abs() < 2.0**53) & (number.floor() == number)
        return ibis.ifelse(whole, number, ibis.null("float64")).cast("int64")
    return column.cast("int64")


def checked(log: ir.Table, answers: ir.Table, tools: Sequence[str]) -> ir.Table:
    """Each row of the log with its answer's `line` (null with a problem), its `problem`, and its
    `wording` where that differs from the answer's own.

    Columns: file, row, problem, line, wording, shown, exported.
    """
    known = answers.select(
        known_id=answers.answer_id,
        line=answers.line,
        refused=answers.refused,
        answer_tool=answers.tool,
        answer_intent=answers.intent,
    )
    t = log.left_join(known, log.answer_id == known.known_id)
    problem = ibis.cases(
        (t.problem.notnull(), t.problem),
        (t.shown.isnull() | t.exported.isnull(), NOT_A_COUNT),
        ((t.shown < 0) | (t.exported < 0), NEGATIVE),
        ((t.shown > MOST) | (t.exported > MOST), TOO_LARGE),
        (t.exported > t.shown, TOO_MANY_EXPORTS),
        (~t.tool.coalesce("").isin(list(tools)), UNKNOWN_TOOL),
        (t.known_id.isnull(), UNKNOWN_ANSWER),
        (t.refused, REFUSED_ANSWER),
        (t.tool != t.answer_tool, OTHER_TOOL),
        else_=ibis.null("string"),
    )
    t = t.mutate(problem=problem)
    intent = t.intent.coalesce("")
    other = t.problem.isnull() & (intent != t.answer_intent)
    return t.select(
        "file",
        "row",
        "problem",
        line=ibis.ifelse(t.problem.isnull(), t.line, ibis.null("int64")),
        wording=ibis.ifelse(other, intent, ibis.null("string")),
        shown=t.shown,
        exported=t.exported,
    )


def summed(rows: ir.Table) -> ir.Table:
    """The counts per problem, answer and wording: the only step that reads every row of the log."""
    good = rows.problem.isnull()
    return rows.group_by("problem", "line", "wording").agg(
        log_rows=rows.count().cast("int64"),
        shown=ibis.ifelse(good, rows.shown, 0).sum().cast("int64"),
        exported=ibis.ifelse(good, rows.exported, 0).sum().cast("int64"),
    )


def judged(rows: ir.Table, wordings: ir.Table, answers: ir.Table) -> ir.Table:
    """The same rows (of `checked` or `summed`) with the `problem` of their wording, if any.

    `wordings` (wording, key) has the normalized form of every wording that is not its answer's own.
    """
    keys = wordings.select(said=wordings.wording, said_key=wordings.key)
    own = answers.select(own_line=answers.line, own_key=answers.key)
    t = rows.left_join(keys, rows.wording == keys.said)
    t = t.left_join(own, t.line == own.own_line)
    problem = ibis.cases(
        (t.problem.notnull(), t.problem),
        (t.said_key == "", EMPTY_INTENT),
        (t.said_key.notnull() & (t.said_key != t.own_key), OTHER_INTENT),
        else_=ibis.null("string"),
    )
    return t.mutate(problem=problem).drop("said", "said_key", "own_line", "own_key")


def dropped(sums: ir.Table) -> ir.Table:
    """How many rows of the log have each problem: problem, log_rows."""
    bad = sums.filter(sums.problem.notnull())
    return bad.group_by("problem").agg(log_rows=bad.log_rows.sum().cast("int64"))


def first_of_each(rows: ir.Table, count: int) -> ir.Table:
    """The first rows of each problem in each file: problem, file, row."""
    bad = rows.filter(rows.problem.notnull())
    window = ibis.window(group_by=["problem", "file"], order_by="row")
    t = bad.mutate(place=ibis.row_number().over(window))
    return t.filter(t.place < count).select("problem", "file", "row")


def ranked(answers: ir.Table, sums: ir.Table, *, by: str, min_shown: int) -> ir.Table:
    """Every answer that was not refused, with what the logs say of it and its `outcome`.

    Of the answers to one intent (`key`) and tool, the one with the greatest score is `CHOSEN`:
    `by` "wilson" is the lower end of the 95% Wilson interval of exported / shown, "rate" is
    exported / shown itself. Equal scores: more exports, then more showings, then the smaller
    answer_id.
    """
    good = sums.filter(sums.problem.isnull())
    seen = good.group_by("line").agg(
        log_rows=good.log_rows.sum().cast("int64"),
        shown=good.shown.sum().cast("int64"),
        exported=good.exported.sum().cast("int64"),
    )
    seen = seen.rename(seen_line="line")
    t = answers.filter(~answers.refused).select("line", "answer_id", "key", "tool", "used")
    t = t.left_join(seen, t.line == seen.seen_line).drop("seen_line")
    t = t.mutate(
        log_rows=t.log_rows.coalesce(0),
        shown=t.shown.coalesce(0),
        exported=t.exported.coalesce(0),
        logged=t.log_rows.notnull(),
    )
    t = t.mutate(
        score=_score(t, by),
        outcome=ibis.cases(
            (~t.logged, NOT_LOGGED),
            (t.exported == 0, NEVER_EXPORTED),
            (t.shown < min_shown, SELDOM_SHOWN),
            else_=NOT_BEST,
        ),
    )
    order = [ibis.desc("score"), ibis.desc("exported"), ibis.desc("shown"), "answer_id"]
    window = ibis.window(group_by=["key", "tool", "outcome"], order_by=order)
    t = t.mutate(place=ibis.row_number().over(window))
    best = (t.outcome == NOT_BEST) & (t.place == 0)
    return t.mutate(outcome=ibis.ifelse(best, CHOSEN, t.outcome)).drop("logged", "place")


def _score(t: ir.Table, by: str) -> ir.Value:
    """What answers are ranked by; 0 where nothing was shown."""
    n = ibis.ifelse(t.shown > 0, t.shown, 1).cast("float64")
    rate = t.exported.cast("float64") / n
    if by == "rate":
        return rate
    z2 = WILSON_Z * WILSON_Z
    spread = (rate * (1.0 - rate) / n + z2 / (4.0 * n * n)).sqrt() * WILSON_Z
    return (rate + z2 / (2.0 * n) - spread) / (1.0 + z2 / n)


def intents(answers: ir.Table, ranks: ir.Table) -> ir.Table:
    """One row per intent: `key`, its `first` line and `intent` as written there, `calls` (answers
    of the tool that has most of them) and for how many tools an answer was `chosen`."""
    good = answers.filter(~answers.refused)
    per_tool = good.group_by("key", "tool").agg(
        count=good.count().cast("int64"), first=good.line.min()
    )
    calls = per_tool.group_by("key").agg(
        calls=per_tool["count"].max(), first=per_tool["first"].min()
    )
    wording = good.select(wording_line=good.line, intent=good.intent)
    t = calls.left_join(wording, calls["first"] == wording.wording_line).drop("wording_line")
    winners = ranks.filter(ranks.outcome == CHOSEN)
    won = winners.group_by("key").agg(chosen=winners.count().cast("int64"))
    won = won.rename(won_key="key")
    t = t.left_join(won, t.key == won.won_key).drop("won_key")
    return t.mutate(chosen=t.chosen.coalesce(0))


def outcomes(ranks: ir.Table, kept: ir.Table) -> ir.Table:
    """Per outcome and whether the intent was kept: how many answers, log rows, shown, exported."""
    keys = kept.select(kept_key=kept.key)
    t = ranks.left_join(keys, ranks.key == keys.kept_key)
    t = t.mutate(kept=t.kept_key.notnull())
    return t.group_by("outcome", "kept").agg(
        answers=t.count().cast("int64"),
        log_rows=t.log_rows.sum().cast("int64"),
        shown=t.shown.sum().cast("int64"),
        exported=t.exported.sum().cast("int64"),
    )


def rows(answers: ir.Table, ranks: ir.Table, kept: ir.Table) -> ir.Table:
    """The chosen answers of the kept intents, in order of the intents' first lines: first, key,
    intent, calls, tool, parameters, rationale."""
    winners = ranks.filter(ranks.outcome == CHOSEN).select(winner=ranks.line)
    content = answers.select("line", "tool", "parameters", "rationale", answer_key=answers.key)
    t = winners.left_join(content, winners.winner == content.line)
    t = kept.inner_join(t, kept.key == t.answer_key)
    return t.select("first", "key", "intent", "calls", "tool", "parameters", "rationale").order_by(
        "first", "tool"
    )
