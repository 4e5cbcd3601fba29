"""A small writer of ONNX graphs: nodes and constants in order, names made up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
MICROSOFT = "com.microsoft"
"""The domain of ONNX Runtime's own operators."""


class Graph:
    """Collects a graph. `op` and `const` give the name of the tensor that they add."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._integers: dict[tuple[int, ...], str] = {}

    def input(self, name: str, shape: list[int | str], *, integer: bool | int = False) -> str:
        """An input, float32, or of integers of 64 or that many bits; sizes given as names are
        open."""
        kind = {False: TensorProto.FLOAT, 32: TensorProto.INT32}.get(integer, TensorProto.INT64)
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, tensor: str, name: str, shape: list[int | str]) -> None:
        """Makes the last tensor called `tensor` a float32 output called `name`."""
        for node in reversed(self._nodes):
            if tensor in node.output:
                node.output[list(node.output).index(tensor)] = name
                break
        for node in self._nodes:
            for i, source in enumerate(node.input):
                if source == tensor:
                    node.input[i] = name
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def const(self, name: str, value: np.ndarray) -> str:
        """A constant tensor."""
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def ints(self, *values: int) -> str:
        """A constant int64 vector; equal ones are one."""
        if values not in self._integers:
            name = "ints_" + "_".join(str(v).replace("-", "m") for v in values)
            self._integers[values] = self.const(name, np.array(values, np.int64))
        return self._integers[values]

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes) -> str:
        """A node with one output."""
        return self.ops(kind, *inputs, outputs=1, domain=domain, **attributes)[0]

    def ops(self, kind: str, *inputs: str, outputs: int, domain: str = "", **attributes):
        """A node with several outputs."""
        stem = f"{kind}_{len(self._nodes)}"
        names = [f"{stem}.{i}" for i in range(outputs)]
        node = helper.make_node(kind, list(inputs), names, name=stem, domain=domain, **attributes)
        self._nodes.append(node)
        return names

    def save(self, path: Path, name: str, opset: int = OPSET) -> None:
        """Writes the checked graph. Raises ValueError when it exceeds what one file can hold."""
        graph = helper.make_graph(self._nodes, name, self._inputs, self._outputs, self._constants)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid(MICROSOFT, 1)],
            producer_name="colorist",
            ir_version=8 if opset == OPSET else 10,
        )
        if model.ByteSize() >= onnx.checker.MAXIMUM_PROTOBUF:
            raise ValueError(f"{name}: the float32 graph exceeds 2 GB, more than ONNX's files hold")
        onnx.save(model, path)
