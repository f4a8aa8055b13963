"""The nouns of the field: frozen objects without input, output or engine."""
