"""Colorist's distillation framework: teacher rows in, a quantized ONNX student (a pack) out."""
