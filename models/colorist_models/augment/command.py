"""`python -m colorist_models augment`."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ..choices import Codec
from ..errors import UserError
from ..paths import MODELS

if TYPE_CHECKING:
    from .similar import Provider

Price = Annotated[float | None, typer.Option(min=0, help="per million tokens")]


def augment_command(
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="the new data folder")],
    source: Annotated[
        Literal["bank", "endpoint"],
        typer.Option("--from", help="who offers similar intents"),
    ] = "bank",
    rounds: Annotated[int, typer.Option(min=1)] = 1,
    count: Annotated[int, typer.Option(min=1, help="similar intents per mistake and round")] = 3,
    folds: Annotated[
        int, typer.Option(min=0, help="look for mistakes on rows of folds left out; 0: on its own")
    ] = 0,
    data: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="catalog and rows, instead of models/data"),
    ] = None,
    settings: Annotated[
        list[str], typer.Option("--set", metavar="KEY=VALUE", help="a training's setting")
    ] = [],  # noqa: B006 (typer copies it)
    prior: Annotated[bool, typer.Option(help="start from the language prior")] = True,
    base: Annotated[str | None, typer.Option(metavar="PATH_OR_ID")] = None,
    codec: Codec = "slots",
    model: Annotated[str | None, typer.Option(help="endpoint: the model's name")] = None,
    base_url: Annotated[str | None, typer.Option(metavar="URL", help="as in collect")] = None,
    temperature: Annotated[float | None, typer.Option(min=0)] = None,
    concurrency: Annotated[int, typer.Option(min=1)] = 8,
    retries: Annotated[int, typer.Option(min=0)] = 6,
    timeout: Annotated[float, typer.Option(min=0.01, help="seconds for one reply")] = 60.0,
    price_in: Price = None,
    price_out: Price = None,
    max_cost: Annotated[float | None, typer.Option(min=0)] = None,
    prompts: Annotated[Path, typer.Option(metavar="FOLDER")] = MODELS / "prompts",
) -> None:
    """Add similar intents for what the student gets wrong on its own training rows.

    Each round trains a student (and one for each fold), so this takes as long as so many trainings.
    OUT is a data folder for `train --data`; running again goes on after the last complete round.
    """
    if folds == 1:
        raise UserError("--folds 1 would leave no row to train on: 0, or 2 and more")
    from rich.console import Console

    from .. import pipeline, rows
    from .. import settings as given
    from ..teacher.chat import Chat
    from ..teacher.show import prices, table
    from .endpoint import Endpoint
    from .folder import bank_of, write_folder
    from .loop import augment, unseen
    from .similar import from_bank
    from .students import kinds, students
    from .table import rounds_table

    config = given.read(settings, codec=codec, base=base, prior=prior, data=data)
    config.bank = False
    catalog, bank = rows.catalog(config.folder), bank_of(config.folder)
    fit, dev, test = pipeline.datasets(config)
    price = prices(price_in, price_out, max_cost)
    endpoint: Endpoint | None = None
    similar: Provider = from_bank(bank)
    decisive = {k: v for k, v in asdict(config).items() if k not in ("name", "license", "data")}
    told: dict[str, Any] = {"from": source, "settings": decisive}
    fit_student = students(config, dev)
    if folds:
        told["folds"] = folds
        fit_student = unseen(fit_student, folds)
    if source == "endpoint":
        if model is None:
            raise UserError("--from endpoint needs --model")
        name = model

        def open_chat() -> Chat:
            return Chat(
                name,
                base_url=base_url,
                temperature=temperature,
                retries=retries,
                timeout=timeout,
            )

        # What is wrong with the key or the address must be said before a student is trained.
        asyncio.run(open_chat().close())
        similar = endpoint = Endpoint(
            open_chat, out, concurrency=concurrency, prices=price, prompts=prompts
        )
        told["model"] = model
    try:
        result = augment(
            fit,
            fit_student,
            kinds(catalog),
            similar,
            held=rows.held_out([*dev, *test], bank),
            rounds=rounds,
            count=count,
            folder=out,
            settings=told,
        )
    except KeyboardInterrupt:
        raise UserError(f"stopped; {out} is whole: run again to go on") from None
    own = [row for row in result.rows if not row["similar_wording"]]
    added: dict[str, list[str]] = {}
    for row in result.added:
        added.setdefault(row["group"], []).append(row["intent"])
    write_folder(out, config.folder, [*own, *dev], added)
    if endpoint:
        table("similar intents", {}, endpoint.run, endpoint.usage, price)
    Console().print(rounds_table(result.report))
