"""One checkpoint in every peer's own format, each by the peer's own tool.

Runs as `python -m peers.convert WHAT SOURCE TARGET [PACK]`, a process of its own: the converters
hold the whole model several times, and the runner must stay small.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

HEAD = "lm_head"


def checkpoint(source: Path, target: Path) -> None:
    """The folder as transformers 4 writes it, which google/flan-t5-base has, too: transformers 5
    says `tie_word_embeddings` of untied weights as well, and older readers would tie them."""
    for name in ("model.safetensors", "tokenizer.json", "generation_config.json"):
        shutil.copy(source / name, target / name)
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    config["tie_word_embeddings"] = config.pop("scale_decoder_outputs", False)
    config["torch_dtype"] = config.pop("dtype", "float32")
    (target / "config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
    tokens = {"eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>", "extra_ids": 0}
    tokens["tokenizer_class"] = "T5Tokenizer"
    (target / "tokenizer_config.json").write_text(json.dumps(tokens), encoding="utf-8")


def onnx(source: Path, target: Path) -> None:
    """Optimum's export: encoder, decoder without and with a cache, and both decoders merged."""
    from optimum.exporters.onnx import main_export

    task = "text2text-generation-with-past"
    main_export(str(source), output=target, task=task, do_validation=False, device="cpu")


def optimum(source: Path, target: Path) -> None:
    """Optimum's dynamic int8 for processors with VNNI, as its guide has it."""
    from optimum.onnxruntime import ORTQuantizer
    from optimum.onnxruntime.configuration import AutoQuantizationConfig

    config = AutoQuantizationConfig.avx512_vnni(is_static=False, per_channel=False)
    for name in ("encoder_model", "decoder_model", "decoder_with_past_model"):
        quantizer = ORTQuantizer.from_pretrained(source, file_name=f"{name}.onnx")
        quantizer.quantize(save_dir=target, quantization_config=config, file_suffix="quantized")
    for file in source.glob("*.json"):
        if not (target / file.name).exists():
            shutil.copy(file, target / file.name)


def transformers_js(source: Path, target: Path) -> None:
    """What transformers.js' own conversion script makes of Optimum's export for `q8`."""
    import onnx as onnx_format
    from onnxruntime.quantization import QuantizationMode, QuantType
    from onnxruntime.quantization.onnx_quantizer import ONNXQuantizer
    from onnxruntime.quantization.registry import IntegerOpsRegistry

    (target / "onnx").mkdir()
    for name in ("encoder_model", "decoder_model_merged"):
        quantizer = ONNXQuantizer(
            onnx_format.load(source / f"{name}.onnx"),
            per_channel=False,
            reduce_range=False,
            mode=QuantizationMode.IntegerOps,
            static=False,
            weight_qType=QuantType.QInt8,
            activation_qType=QuantType.QUInt8,
            tensors_range=None,
            nodes_to_quantize=[],
            nodes_to_exclude=[],
            op_types_to_quantize=list(IntegerOpsRegistry),
            extra_options={"EnableSubgraph": True, "MatMulConstBOnly": True},
        )
        quantizer.quantize_model()
        quantizer.model.save_model_to_file(str(target / "onnx" / f"{name}_quantized.onnx"))
    for file in source.glob("*.json"):
        shutil.copy(file, target / file.name)


def ctranslate2(source: Path, target: Path, pack: Path) -> None:
    """CTranslate2's converter, int8, with the words of a text pack as vocabulary mapping: its head
    then computes these only, as Colorist's does."""
    converter = Path(sys.executable).with_name("ct2-transformers-converter")
    options = ["--quantization", "int8", "--force"]
    subprocess.run(
        [converter, "--model", source, "--output_dir", target, *options], check=True, stdout=2
    )
    words = json.loads((target / "shared_vocabulary.json").read_text(encoding="utf-8"))
    manifest = json.loads((pack / "pack.json").read_text(encoding="utf-8"))
    # A line is a source phrase, a tab, and its target words; the empty phrase's always count.
    mapping = " ".join(words[i] for i in manifest["text"]["vocabulary"])
    (target / "vmap.txt").write_text(f"\t{mapping}\n", encoding="utf-8")


def bare(source: Path, target: Path) -> None:
    """The passes that an edit of slots consists of, from Optimum's int8 graphs: the encoder, and
    the decoder without its head, of which slots need a few hundred rows only."""
    import onnx as onnx_format

    shutil.copy(source / "encoder_model_quantized.onnx", target / "encoder.onnx")
    model = onnx_format.load(source / "decoder_model_quantized.onnx")
    shutil.copy(source / "decoder_model_quantized.onnx", target / "decoder_with_head.onnx")
    last = before_head(model.graph)
    inputs = [i.name for i in model.graph.input]
    extractor = onnx_format.utils.Extractor(model)
    onnx_format.save(extractor.extract_model(inputs, [last]), target / "decoder.onnx")


def before_head(graph) -> str:
    """The hidden states that the head reads: what its first node with the head's weights gets,
    before these were quantized."""
    makers = {output: node for node in graph.node for output in node.output}
    node = makers["logits"]
    while node.op_type not in ("MatMulInteger", "MatMul"):
        node = makers[node.input[0]]
    states = node.input[0]
    while makers[states].op_type == "DynamicQuantizeLinear":
        states = makers[states].input[0]
    return states


MAKERS = {
    maker.__name__: maker
    for maker in (checkpoint, onnx, optimum, transformers_js, ctranslate2, bare)
}

if __name__ == "__main__":
    MAKERS[sys.argv[1]](*map(Path, sys.argv[2:]))
