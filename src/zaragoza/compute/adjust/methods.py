"""The methods of adjustment by the names under which users ask for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from zaragoza.compute.adjust.balance import entropy_balance
from zaragoza.compute.adjust.fairlie import fairlie
from zaragoza.compute.adjust.gcomputation import g_computation
from zaragoza.compute.adjust.indices import compare_levels, dissimilarity
from zaragoza.compute.adjust.kitagawa import kitagawa
from zaragoza.compute.adjust.matching import matching
from zaragoza.compute.adjust.nonlinear import decompose_logit
from zaragoza.compute.adjust.oaxaca import oaxaca, oaxaca_threefold
from zaragoza.compute.adjust.standardise import standardise, standardise_indirectly
from zaragoza.compute.adjust.stratify import exact_matching, subclassification
from zaragoza.compute.adjust.table import Adjusted
from zaragoza.compute.adjust.weighting import inverse_probability_weighting
from zaragoza.model.adjustment import AdjustmentMethod

Method = Callable[..., Adjusted]

METHODS: Mapping[AdjustmentMethod, Method] = {
    "standardise": standardise,
    "indirect": standardise_indirectly,
    "g-computation": g_computation,
    "entropy": entropy_balance,
    "weighting": inverse_probability_weighting,
    "matching": matching,
    "kitagawa": kitagawa,
    "oaxaca": oaxaca,
    "oaxaca-threefold": oaxaca_threefold,
    "logit": decompose_logit,
    "fairlie": fairlie,
    "exact-matching": exact_matching,
    "subclassification": subclassification,
    "ratios": compare_levels,
    "dissimilarity": dissimilarity,
}
OF_SHARES = ("logit", "fairlie")
RATIOS: AdjustmentMethod = "ratios"  # of the levels as they are: nothing is held equal
# What a method takes of an outcome that is a mean of numbers, not a share.
OF_MEANS: Mapping[AdjustmentMethod, Method] = {
    **{name: method for name, method in METHODS.items() if name not in OF_SHARES},
    "g-computation": partial(g_computation, outcome="mean"),
}
