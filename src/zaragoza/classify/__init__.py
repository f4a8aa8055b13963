"""GSBPM 5.2: puts every person in one category of each classification."""

from zaragoza.classify.categories import classify

__all__ = ["classify"]
