"""HiGHS, silent and with the same answer every time."""

from __future__ import annotations

import highspy

# How far a solution may be off, of the largest number of a programme. By default it is 1e-7: beside ten million people
# one more or less would pass for rounding, and a number that is known for one that can be this or that.
_ACCURATE = 1e-10


class Solver(highspy.Highs):
    """A solver that prints nothing."""

    def __init__(self) -> None:
        """Its parent's own start prints a banner before it can be told not to, so that it is left out."""
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)
        self.setOptionValue("threads", 1)
        self.setOptionValue("random_seed", 0)
        self.setOptionValue("primal_feasibility_tolerance", _ACCURATE)
