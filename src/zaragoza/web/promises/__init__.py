"""The promises: what documents state, kept version by version, and what people tell of it beside that."""
