"""`python -m colorist_models COMMAND`: see README.md."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from . import pipeline, report, rows
from .metrics import one_line
from .paths import cache_dir


def _config(args: argparse.Namespace) -> pipeline.Config:
    """The default configuration with `--set key=value` applied (dots: into prior and train)."""
    config = pipeline.Config()
    if args.no_prior:
        config.prior = None
    for item in args.set:
        path, _, value = item.partition("=")
        target: object = config
        *parents, name = path.split(".")
        for parent in parents:
            target = getattr(target, parent)
            if target is None:
                raise SystemExit(f"error: {path!r} cannot be set together with --no-prior")
        if name not in {f.name for f in dataclasses.fields(target)}:
            raise SystemExit(f"error: no setting {path!r}")
        try:
            setattr(target, name, json.loads(value))
        except json.JSONDecodeError:
            setattr(target, name, value)
    return config


def main() -> None:
    """Parses the command line and runs one step."""
    parser = argparse.ArgumentParser(prog="colorist_models", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("prior", "distil the language prior"),
        ("train", "fine-tune a student and print its test scores (float)"),
        ("pack", "train, export, quantize and write the pack"),
        ("all", "everything: prior, training, pack, report"),
    ):
        sub = commands.add_parser(name, help=text)
        sub.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
        sub.add_argument("--no-prior", action="store_true")
        sub.add_argument("--out", type=Path, help="the pack's folder")
    commands.add_parser("report", help="score pack and baselines, write RESULTS.md")
    sub = commands.add_parser("testset", help="write the held-out rows for `colorist eval`")
    sub.add_argument("--out", type=Path, default=cache_dir() / "models" / "test.jsonl")
    args = parser.parse_args()
    if args.command == "prior":
        print(pipeline.build_prior(_config(args).prior or pipeline.PriorConfig()))
    elif args.command == "train":
        for part, scores in pipeline.experiment(_config(args)).items():
            print(f"{part} {one_line(scores)}")
    elif args.command in ("pack", "all"):
        pack = pipeline.build_pack(_config(args), args.out)
        if args.command == "all":
            print(report.write(pack))
    elif args.command == "report":
        print(report.write())
    else:
        rows.write_jsonl(args.out, rows.split()[1])
        print(args.out)


if __name__ == "__main__":
    main()
