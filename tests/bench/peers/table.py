"""The figures for people, as Markdown that is readable in a terminal, too."""

from __future__ import annotations

LAYOUT_NAMES = {"changed": "text", "all": "text, all values", "slots": "slots"}


def table(entries: list[dict]) -> str:
    """One row for each contender and layout, the fastest first within a layout."""
    head = ["", "writes", "median", "p90", "user + system", "peak RSS", "load", "files"]
    head += ["tokens (longest row)", "passes", "same tokens"]
    order = {"slots": 0, "changed": 1, "all": 2}
    ordered = sorted(entries, key=lambda e: (order[e["layout"]], e["median_ms"]))
    return aligned([head, *map(_row, ordered)])


def _row(e: dict) -> list[str]:
    same = {True: "yes", False: "NO", None: "-"}[e["tokens_equal"]]
    if e["family"] == "colorist-text":
        same = "wrote them"
    text = e["layout"] != "slots"
    return [
        e["title"],
        LAYOUT_NAMES[e["layout"]],
        f"{e['median_ms']:.0f} ms",
        f"{e['p90_ms']:.0f} ms",
        f"{e['user_ms']:.0f} + {e['system_ms']:.0f} ms",
        f"{e['peak_bytes'] / 1e6:.0f} MB",
        f"{e['load_seconds']:.1f} s",
        f"{e['file_bytes'] / 1e6:.0f} MB",
        f"{e['tokens']:.0f} ({e['longest_row']:.0f})" if text else "-",
        "-" if e["passes"] is None else f"{e['passes']:.0f}",
        same,
    ]


def settings(entries: list[dict]) -> str:
    """What each ran with."""
    rows = {}
    for e in entries:
        rows.setdefault((e["title"], e["version"], e["settings"]), None)
    return aligned([["", "version", "settings"], *map(list, rows)])


def goals(found: list[dict]) -> str:
    """What was to be reached, and what was."""
    rows = []
    for goal in found:
        bound = f">= {goal['at_least']:g}" if "at_least" in goal else f"<= {goal['at_most']:g}"
        each = ", ".join(f"{r:.2f}" for r in goal["by_round"])
        reached = "yes" if goal["reached"] else "no"
        cpu = "-" if goal["of_cpu_time"] is None else f"{goal['of_cpu_time']:.2f}"
        rows.append([goal["what"], bound, f"{goal['of_medians']:.2f}", each, cpu, reached])
    return aligned([["", "goal", "measured", "in each round", "CPU time", "reached"], *rows])


def aligned(rows: list[list[str]]) -> str:
    """A Markdown table with columns of one width."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in rows]
    lines.insert(1, "|-" + "-|-".join("-" * w for w in widths))
    return "\n".join(f"{line} |" if i != 1 else f"{line}-|" for i, line in enumerate(lines))
