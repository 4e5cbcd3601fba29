"""The student as a graph for neural processors: fixed sizes, quantized activations."""
