"""`python -m colorist_models collect`."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from ..errors import UserError
from ..paths import DATA, MODELS

Price = Annotated[float | None, typer.Option(min=0, help="per million tokens")]


def collect_command(
    intents: Annotated[
        Path, typer.Option(metavar="FILE", help="a line an intent, or .jsonl with `intent`")
    ],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="for answers.jsonl, refused.jsonl")],
    model: Annotated[str, typer.Option(help="the teacher's name at the endpoint")],
    data: Annotated[Path, typer.Option(metavar="FOLDER", help="has catalog.json")] = DATA,
    base_url: Annotated[
        str | None, typer.Option(metavar="URL", help="the endpoint; default: OPENAI_BASE_URL")
    ] = None,
    samples: Annotated[int, typer.Option(min=1, help="answers per intent and tool")] = 1,
    temperature: Annotated[float | None, typer.Option(min=0, help="the endpoint's own")] = None,
    concurrency: Annotated[int, typer.Option(min=1, help="questions at a time")] = 8,
    retries: Annotated[int, typer.Option(min=0, help="of one question")] = 6,
    first_wait: Annotated[
        float, typer.Option(min=0, help="seconds at most before the first retry; doubles")
    ] = 1.0,
    timeout: Annotated[float, typer.Option(min=0.01, help="seconds for one reply")] = 60.0,
    price_in: Price = None,
    price_out: Price = None,
    max_cost: Annotated[
        float | None, typer.Option(min=0, help="stop in order when this run has cost so much")
    ] = None,
    prompts: Annotated[Path, typer.Option(metavar="FOLDER")] = MODELS / "prompts",
    example: Annotated[
        Path | None, typer.Option(metavar="FILE", help="the worked example: a row with `why`")
    ] = None,
    ask_refused: Annotated[bool, typer.Option(help="ask again what was refused before")] = False,
) -> None:
    """Ask a teacher behind an OpenAI-compatible endpoint for the tools of each intent.

    The key is read from OPENAI_API_KEY. Running again asks only what is missing.
    """
    from .. import rows
    from .chat import Chat
    from .collect import Collection, read_example, read_intents
    from .show import prices, progress, table, warn

    catalog = rows.catalog(data)
    texts = read_intents(intents)
    price = prices(price_in, price_out, max_cost)
    if samples > 1 and temperature == 0:
        warn("with a temperature of 0 several samples of an intent are much the same")
    chat = Chat(
        model,
        base_url=base_url,
        temperature=temperature,
        retries=retries,
        timeout=timeout,
        first_wait=first_wait,
    )
    collection = Collection(
        out,
        catalog,
        texts.texts,
        prompts=prompts,
        example=read_example(data, catalog, example),
        model=model,
        samples=samples,
        ask_refused=ask_refused,
    )
    with closing(collection):
        for path in collection.repaired:
            warn(f"{path}: the last line was cut off; it is removed and asked again")

        async def ask():
            async with chat:
                with progress("collect", collection.todo) as step:
                    return await collection.ask(
                        chat, concurrency=concurrency, prices=price, step=step
                    )

        try:
            done = asyncio.run(ask())
        except KeyboardInterrupt:
            raise UserError(f"stopped; {out} is whole: run again to go on") from None
    counts = {
        "intents": len(texts.texts),
        "repeated intents, not asked": texts.duplicates,
        "empty intents, not asked": texts.empty,
        "questions": done.questions,
        "answered before": done.cached,
        "refused before": done.refused_before,
    }
    table("collect", counts, done.run, chat.usage, price)
    if missing := done.run.failed + done.run.left:
        why = "at --max-cost" if done.run.left else "without an answer"
        raise UserError(f"{missing} questions stay {why}: run again to go on")
