"""Who takes part, each with the settings among which the best is looked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import steps

LAYOUTS = ("changed", "all")
"""Text: only what is not zero, or every slider and color."""

SLOTS = "slots"
"""No text at all: the same intents, answered by slots."""

KEEP_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "100000000000"}
"""glibc gives no freed memory back; where large buffers come and go, page faults cost most time."""


@dataclass(frozen=True)
class Contender:
    """One way to run the model, with one choice of settings."""

    family: str
    """Contenders of one family are the same peer; its fastest one counts."""
    title: str
    settings: str
    """The settings for people."""
    command: list[str]
    model: Path
    files: list[Path]
    """What an app would carry, for the size."""
    layouts: tuple[str, ...] = LAYOUTS
    job: dict = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None
    """Where its process runs."""

    def size(self) -> int:
        """Bytes of its files."""
        return sum(steps.size(file) for file in self.files)


@dataclass(frozen=True)
class Places:
    """Where everything is that contenders run."""

    python: str
    node: Path | None
    candle: Path | None
    colorist: str
    made: Callable[[str], Path]
    """The folder of a made thing (`ctranslate2`), or of a pack (`slots`, `changed`, `all`)."""


def _module(places: Places, name: str) -> list[str]:
    return [places.python, "-m", f"peers.{name}"]


def _both_allocators(contender: Contender) -> list[Contender]:
    kept = f"{contender.settings}, glibc keeps memory"
    environment = contender.environment | KEEP_MEMORY
    changed = contender.__dict__ | {"settings": kept, "environment": environment}
    return [contender, Contender(**changed)]


def colorist(places: Places, threads: int) -> list[Contender]:
    """Slots, and text in both layouts; one setting, the SDK's own."""
    found = []
    for layout in (SLOTS, *LAYOUTS):
        text = layout in LAYOUTS
        found.append(
            Contender(
                family=f"colorist-{'text' if text else 'slots'}",
                title=f"Colorist, {'text' if text else 'slots'}",
                settings=f"int8, {threads} threads",
                command=_module(places, "peer_colorist"),
                model=places.made(layout),
                files=[places.made(layout)],
                layouts=(layout,),
                job={"program": places.colorist},
            )
        )
    return found


def bare(places: Places, threads: int) -> list[Contender]:
    """The passes of slots without Colorist, without and with the whole vocabulary's head."""
    model = places.made("bare")
    found = []
    for family, title, decoder in (
        ("bare", "ONNX Runtime, bare passes", "decoder.onnx"),
        ("bare-head", "bare passes, whole head", "decoder_with_head.onnx"),
    ):
        found.append(
            Contender(
                family=family,
                title=title,
                settings=f"Optimum's int8 graphs, {threads} threads, ONNX Runtime's defaults",
                command=_module(places, "peer_bare"),
                model=model,
                files=[model / "encoder.onnx", model / decoder],
                layouts=(SLOTS,),
                job={"head": family == "bare-head"},
            )
        )
    return found


def optimum(places: Places, threads: int) -> list[Contender]:
    """Optimum's ORTModelForSeq2SeqLM."""
    model = places.made("optimum")
    found = []
    for binding in (False, True):
        plain = Contender(
            family="optimum",
            title="Optimum, ONNX Runtime",
            settings=f"dynamic int8 (avx512_vnni), {threads} threads, split decoders, "
            f"{'with' if binding else 'without'} I/O binding",
            command=_module(places, "peer_optimum"),
            model=model,
            files=list(model.glob("*.onnx")),
            job={"binding": binding},
        )
        found += [plain] if binding else _both_allocators(plain)
    return found


def ctranslate2(places: Places, threads: int) -> list[Contender]:
    """CTranslate2 in int8, with the job's threads (waiting in two ways) and with one."""
    model = places.made("ctranslate2")
    found = []
    for count, wait in ((1, None), (threads, None), (threads, "PASSIVE")):
        plain = Contender(
            family="ctranslate2",
            title="CTranslate2",
            settings=f"int8, intra_threads={count}, beam_size=1, vocabulary mapping"
            + (f", OMP_WAIT_POLICY={wait}" if wait else ""),
            command=_module(places, "peer_ctranslate2"),
            model=model,
            files=[model],
            job={"threads": count},
            environment={"OMP_WAIT_POLICY": wait} if wait else {},
        )
        found += [plain] if wait else _both_allocators(plain)
    return found


def transformers_js(places: Places, threads: int) -> list[Contender]:
    """transformers.js on onnxruntime-node; nobody where Node.js is missing."""
    if places.node is None:
        return []
    model = places.made("transformers_js")
    plain = Contender(
        family="transformers.js",
        title="transformers.js",
        settings=f"dtype q8, intraOpNumThreads={threads}, merged decoder",
        command=["node", str(Path(__file__).with_name("peer_transformers_js.mjs"))],
        model=model,
        files=[model / "onnx"],
        folder=places.node,
    )
    return _both_allocators(plain)


def torch(places: Places, threads: int) -> list[Contender]:
    """PyTorch in bfloat16, and with its dynamic int8 on both libraries that are fast on x86."""
    model = places.made("checkpoint")
    found = []
    for kind, count in (
        ("bfloat16", threads),
        ("onednn", threads),
        ("fbgemm", threads),
        ("fbgemm", 1),
    ):
        name = kind if kind == "bfloat16" else f"dynamic int8 (linear layers, {kind})"
        plain = Contender(
            family="torch",
            title="PyTorch, transformers",
            settings=f"{name}, {count} thread{'s' * (count > 1)}, eager",
            command=_module(places, "peer_torch"),
            model=model,
            files=[model / "model.safetensors"],
            job={"kind": kind, "threads": count},
            environment={"OMP_NUM_THREADS": str(count)},
        )
        found += _both_allocators(plain) if (kind, count) == ("fbgemm", threads) else [plain]
    return found


def candle(places: Places, threads: int) -> list[Contender]:
    """candle's quantized T5, with the job's threads and with one."""
    if places.candle is None:
        return []
    model = places.made("candle")
    return [
        Contender(
            family="candle",
            title="candle, quantized T5",
            settings=f"GGUF q8_0, {count} thread{'s' * (count > 1)}, target-cpu=native",
            command=[str(places.candle)],
            model=model,
            files=list(model.glob("*.gguf")),
            environment={"RAYON_NUM_THREADS": str(count)},
        )
        for count in (1, threads)
    ]


FAMILIES = {
    "colorist": colorist,
    "bare": bare,
    "ctranslate2": ctranslate2,
    "optimum": optimum,
    "transformers.js": transformers_js,
    "torch": torch,
    "candle": candle,
}
"""By the name that `--only` knows."""


def plain_environment() -> dict[str, str]:
    """The caller's environment without what changes threads or memory."""
    changing = ("OMP_", "MALLOC_", "MKL_", "CT2_", "RAYON_", "ORT_", "KMP_", "GOMP_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(changing)}
    for name in ("ORT_DYLIB_PATH",):
        if name in os.environ:
            kept[name] = os.environ[name]
    return kept | {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}
