"""`abtest`: the project completion rates of two students with users, and their intervals.

`events` counts an event log, `rates` has intervals and tests, `planning` sample sizes and looks,
`paper` the paper's two experiments under stated assumptions.
"""
