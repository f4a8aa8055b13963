"""Calibration of weights to known totals: distances, auxiliary variables, Newton's method, trimming."""

from zaragoza.compute.calibration.auxiliaries import Auxiliaries, Margin, Number
from zaragoza.compute.calibration.distance import Distance, choose
from zaragoza.compute.calibration.solve import Solution, Units, solve

__all__ = ["Auxiliaries", "Distance", "Margin", "Number", "Solution", "Units", "choose", "solve"]
