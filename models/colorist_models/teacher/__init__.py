"""The teacher: a large model behind an OpenAI-compatible chat endpoint."""
