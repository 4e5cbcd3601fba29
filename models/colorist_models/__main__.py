"""`python -m colorist_models COMMAND`: see README.md."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from . import agreement, export, pipeline, report, rows, shape
from .build import build_pack
from .checkpoint import CheckpointError
from .metrics import one_line
from .paths import PACKS, cache_dir
from .t5_graphs import UnsupportedModel
from .text import SpellingError

CODECS = ("slots", "text")


def _names(target: object) -> set[str]:
    """The settings of a configuration; none of a plain value."""
    return (
        {f.name for f in dataclasses.fields(target)} if dataclasses.is_dataclass(target) else set()
    )


def _config(args: argparse.Namespace) -> pipeline.Config:
    """The default configuration with `--set key=value` applied (dots: into prior and train)."""
    config = pipeline.Config(codec=args.codec, base=args.base)
    if args.no_prior or args.base:
        config.prior = None
    for item in args.set:
        path, _, value = item.partition("=")
        target: object = config
        *parents, name = path.split(".")
        for parent in parents:
            if parent not in _names(target):
                raise SystemExit(f"error: no setting {path!r}")
            target = getattr(target, parent)
            if target is None:
                raise SystemExit(
                    f"error: {path!r} cannot be set together with --no-prior or --base"
                )
        if name not in _names(target):
            raise SystemExit(f"error: no setting {path!r}")
        if args.base and name in ("dropout", "decoder_layers"):
            raise SystemExit(f"error: {path!r} is the base's own and cannot be set with --base")
        try:
            setattr(target, name, json.loads(value))
        except json.JSONDecodeError:
            setattr(target, name, value)
    if config.codec not in CODECS:
        raise SystemExit(f"error: no codec {config.codec!r}: there are {' and '.join(CODECS)}")
    return config


def _spare_the_shipped(config: pipeline.Config, out: Path | None) -> None:
    """Another kind of student goes over the shipped pack only where somebody says so."""
    plain = pipeline.Config()
    other = config.base or config.codec != plain.codec
    if out is None and config.name == plain.name and other:
        raise SystemExit(
            f"error: this would write over {PACKS / plain.name}, which is of another kind; "
            "say where the pack goes with --out FOLDER or --set name=NAME"
        )


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
        sub.add_argument(
            "--base", metavar="PATH_OR_ID", help="start from this Hugging Face T5, not the prior"
        )
        sub.add_argument("--codec", choices=CODECS, default="slots")
        sub.add_argument("--out", type=Path, help="the pack's folder (train: the student's)")
    commands.add_parser("report", help="score pack and baselines, write RESULTS.md")
    sub = commands.add_parser("codecs", help="score, time and weigh packs side by side")
    sub.add_argument("packs", type=Path, nargs="+", metavar="PACK")
    sub = commands.add_parser("testset", help="write the held-out rows for `colorist eval`")
    sub.add_argument("--out", type=Path, default=cache_dir() / "models" / "test.jsonl")
    export.add_arguments(commands.add_parser("export", help="a pack of a T5"))
    agreement.add_arguments(
        commands.add_parser("agreement", help="compare the ways to store weights with float32")
    )
    shape.add_arguments(commands.add_parser("shape", help="a pack with random weights"))
    args = parser.parse_args()
    try:
        _run(args)
    except (CheckpointError, SpellingError, UnsupportedModel) as error:
        raise SystemExit(f"error: {error}") from error


def _run(args: argparse.Namespace) -> None:
    if args.command == "prior":
        print(pipeline.build_prior(_config(args).prior or pipeline.PriorConfig()))
    elif args.command == "train":
        for part, scores in pipeline.experiment(_config(args), args.out).items():
            print(f"{part} {one_line(scores)}")
    elif args.command in ("pack", "all"):
        config = _config(args)
        _spare_the_shipped(config, args.out)
        pack = build_pack(config, args.out)
        if args.command == "all":
            print(report.write(pack))
    elif args.command == "export":
        print(export.run(args))
    elif args.command == "agreement":
        print(agreement.run(args))
    elif args.command == "shape":
        print(shape.run(args))
    elif args.command == "report":
        print(report.write())
    elif args.command == "codecs":
        print(report.codecs(args.packs))
    else:
        rows.write_jsonl(args.out, rows.split()[1])
        print(args.out)


if __name__ == "__main__":
    main()
