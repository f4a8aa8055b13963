"""GSBPM 5.5: makes the variables that a source does not hold, from households, parents and own answers."""

from zaragoza.derive.derivations import derive, expressions

__all__ = ["derive", "expressions"]
