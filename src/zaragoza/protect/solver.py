"""HiGHS, silent and with the same answer every time."""

from __future__ import annotations

import highspy


class Solver(highspy.Highs):
    """A solver that prints nothing."""

    def __init__(self) -> None:
        """Its parent's own start prints a banner before it can be told not to, so that it is left out."""
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)
        self.setOptionValue("threads", 1)
        self.setOptionValue("random_seed", 0)
