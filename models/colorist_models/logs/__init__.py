"""`prepare`: behavior logs joined to a teacher's answers, and the rows to train on.

`answers` reads the teacher's answers, `sources` the logs (CSV lines or Parquet), `relations` has
the relational steps, written once in Ibis for both `engines` (DuckDB, Spark), `split` holds intents
out, `rows_out` writes the rows, `prepare` runs it all. `simulate` writes logs to measure with.
"""
