"""Adjusted gaps: how much of a gap remains between comparable people, and what makes up the rest."""
