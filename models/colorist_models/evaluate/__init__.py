"""Scores of packs and students on all rows and on those that the teacher answered often."""
