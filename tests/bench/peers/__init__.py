"""Colorist beside other ways to run the same T5 on a CPU: `python -m peers`, see ../README.md."""
