"""Progress that reads well on a terminal (a bar) and in a log (a line every so often)."""

from __future__ import annotations

import sys
import time

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Reporter:
    """`with Reporter("prior", total, done) as r: r.step("cosine 0.9")`; silent without `show`."""

    def __init__(self, what: str, total: int, done: int = 0, *, show: bool = True):
        self.what, self.total, self.done = what, total, done
        self.bar: Progress | None = None
        self.show = show
        self.start = self.last = time.monotonic()
        self.first = done

    def __enter__(self) -> Reporter:
        if self.show and sys.stdout.isatty():
            self.bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[info]}"),
            )
            self.bar.start()
            self.task = self.bar.add_task(self.what, total=self.total, completed=self.done, info="")
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()

    def step(self, info: str = "") -> None:
        """One unit more is done."""
        self.done += 1
        if self.bar:
            self.bar.update(self.task, advance=1, info=info)
            return
        now = time.monotonic()
        if self.show and (now - self.last > 20 or self.done == self.total):
            self.last = now
            left = (now - self.start) / (self.done - self.first) * (self.total - self.done)
            print(f"{self.what}: {self.done}/{self.total}, {left:.0f} s left  {info}", flush=True)
