"""The tables of the paper on this project's data, one command each."""
