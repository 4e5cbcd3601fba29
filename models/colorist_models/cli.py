"""The command line: `python -m colorist_models COMMAND`.

What a command needs is imported when it runs: `--help` must not wait for PyTorch.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .abtest.command import app as abtest
from .augment.command import augment_command
from .choices import Activations, Codec, Quantization, Shape, Target
from .errors import UserError
from .evaluate.command import evaluate_command
from .experiments.command import experiments_command
from .logs.command import prepare_command
from .teacher.command import collect_command

app = typer.Typer(
    help="From a teacher's answers to a student that runs on a phone: see models/README.md.",
    no_args_is_help=True,
    add_completion=False,
    # A traceback with the values of all variables would show what people typed.
    pretty_exceptions_enable=False,
)

Set = Annotated[list[str], typer.Option("--set", metavar="KEY=VALUE", help="a setting; repeatable")]
Prior = Annotated[bool, typer.Option("--prior/--no-prior", help="start from the language prior")]
Base = Annotated[
    str | None,
    typer.Option(metavar="PATH_OR_ID", help="start from this Hugging Face T5, not the prior"),
]
Data = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="the folder with catalog.json and the rows, instead of models/data",
    ),
]
Out = Annotated[Path | None, typer.Option(metavar="FOLDER", help="where the result goes")]
Needed = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="the pack's folder")]
Source = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="FOLDER_OR_ID",
        help="a T5 of transformers, a student of `train`, a folder that Optimum exported, or with "
        "--target npu a slots pack",
    ),
]
Zeros = Annotated[bool, typer.Option("--zeros", help="text: its lines name values of 0 too")]
Whole = Annotated[bool, typer.Option("--whole", help="text: keep the whole vocabulary")]
Quantize = Annotated[Quantization, typer.Option(help="how weights are stored")]


@app.command()
def prior(settings: Set = []) -> None:  # noqa: B006 (typer copies it)
    """Distil the language prior that students start from."""
    from . import settings as given
    from . import starts

    print(starts.build_prior(given.read(settings).prior or starts.PriorConfig()))


@app.command()
def train(
    settings: Set = [],  # noqa: B006
    prior: Prior = True,
    base: Base = None,
    codec: Codec = "slots",
    data: Data = None,
    out: Out = None,
) -> None:
    """Fine-tune a student and print its scores on the held-out rows (float)."""
    from . import pipeline
    from . import settings as given
    from .metrics import one_line

    config = given.read(settings, codec=codec, base=base, prior=prior, data=data)
    for part, scores in pipeline.experiment(config, out).items():
        print(f"{part} {one_line(scores)}")


def _pack(
    settings: list[str],
    prior: bool,
    base: str | None,
    codec: Codec,
    data: Path | None,
    out: Path | None,
):
    from . import settings as given
    from .build import build_pack

    config = given.read(settings, codec=codec, base=base, prior=prior, data=data)
    given.spare_the_shipped(config, out)
    return build_pack(config, out)


@app.command()
def pack(
    settings: Set = [],  # noqa: B006
    prior: Prior = True,
    base: Base = None,
    codec: Codec = "slots",
    data: Data = None,
    out: Out = None,
) -> None:
    """Train, export, quantize and write the pack."""
    _pack(settings, prior, base, codec, data, out)


@app.command("all")
def everything(
    settings: Set = [],  # noqa: B006
    prior: Prior = True,
    base: Base = None,
    codec: Codec = "slots",
    data: Data = None,
    out: Out = None,
) -> None:
    """Everything: prior, training, pack, report."""
    from . import report

    print(report.write(_pack(settings, prior, base, codec, data, out)))


@app.command("report")
def score() -> None:
    """Score the shipped pack and the baselines on the held-out rows, into RESULTS.md."""
    from . import report

    print(report.write())


@app.command()
def codecs(packs: Annotated[list[Path], typer.Argument(metavar="PACK...")]) -> None:
    """Score, time and weigh packs side by side."""
    from . import report

    print(report.codecs(packs))


@app.command()
def testset(
    data: Data = None, out: Annotated[Path | None, typer.Option(metavar="FILE")] = None
) -> None:
    """Write the held-out rows for `colorist eval`."""
    from . import rows
    from .paths import cache_dir

    target = out or cache_dir() / "models" / "test.jsonl"
    rows.write_jsonl(target, rows.split(data)[1])
    print(target)


@app.command()
def export(
    source: Source,
    out: Needed,
    codec: Annotated[Codec | None, typer.Option(help="of a student's folder: its own")] = None,
    zeros: Zeros = False,
    whole: Whole = False,
    quantize: Quantize = "dynamic-int8",
    license: Annotated[str, typer.Option(help="under what terms the pack may be used")] = "unknown",
    target: Annotated[Target, typer.Option(help="npu: add a graph for neural processors")] = "cpu",
    activations: Annotated[Activations, typer.Option(help="npu: how it computes")] = "uint16",
    data: Data = None,
) -> None:
    """Make a pack of a T5, or give a slots pack a graph for neural processors."""
    from . import export as exporting

    exporting.run(
        source,
        out,
        codec=codec,
        zeros=zeros,
        whole=whole,
        kind=quantize,
        licence=license,
        data=data,
        target=target,
        activations=activations,
    )
    print(out)


@app.command()
def agreement(
    source: Source,
    zeros: Zeros = False,
    count: Annotated[int, typer.Option(min=1, help="how many held-out intents")] = 50,
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="the figures too")] = None,
    data: Data = None,
) -> None:
    """Compare the ways to store weights with float32."""
    from . import agreement as agreeing

    print(agreeing.run(source, zeros=zeros, count=count, figures=json, data=data))


@app.command()
def shape(
    shape: Annotated[Shape, typer.Argument()],
    codec: Codec = "text",
    zeros: Zeros = False,
    whole: Whole = False,
    quantize: Quantize = "dynamic-int8",
    seed: int = 0,
    data: Data = None,
    out: Out = None,
) -> None:
    """Make a pack with random weights, to measure with."""
    from . import shape as shaping

    print(
        shaping.run(
            shape,
            codec=codec,
            zeros=zeros,
            whole=whole,
            quantize=quantize,
            seed=seed,
            out=out,
            data=data,
        )
    )


app.command("collect")(collect_command)
app.command("prepare")(prepare_command)
app.command("augment")(augment_command)
app.command("evaluate")(evaluate_command)
app.command("experiments")(experiments_command)
app.add_typer(abtest, name="abtest")


def main(arguments: list[str] | None = None) -> None:
    """Runs a command; what a user can mend ends the program with one line."""
    try:
        app(arguments)
    except SystemExit as end:
        if end.code:
            raise
    except UserError as error:
        raise SystemExit(f"error: {error}") from error
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise SystemExit(f"error: {place}{error.strerror or error}") from error
