"""Augmentation: similar intents for what the student gets wrong on its own training rows."""
