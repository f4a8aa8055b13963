"""Stage `compare` (GSBPM 6.3): ratings, ranks, trends, distances and indices of figures that are published already.

Everything here is a function of published values and their published errors, so that nothing hidden can come out.
"""
