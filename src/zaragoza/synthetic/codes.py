"""Codes of the made-up country's registers and what they mean in the standard variables.

Registers hold numbers, as those of an office do; `meaning[code]` is the standard code.
"""

from __future__ import annotations

from typing import Final

from zaragoza.synthetic import education, places, work

YEAR: Final = 2023  # the reference year; ages and stays are counted at its end

SEX: Final = {1: "M", 2: "F"}
URBANISATION: Final = {1: "DEG1", 2: "DEG2", 3: "DEG3"}
ISCED: Final = {0: "ED0-2", 1: "ED0-2", 2: "ED0-2", 3: "ED3_4", 4: "ED3_4", 5: "ED5-8", 6: "ED5-8", 7: "ED5-8",
                8: "ED5-8"}  # fmt: skip
LEVEL: Final = {level: str(level) for level in ISCED}
STATUS: Final = {  # main activity, coded as in EU-SILC PL032
    1: "employed", 2: "unemployed", 3: "retired", 4: "disabled", 5: "student", 6: "domestic", 7: "conscript",
    8: "other_inactive",
}  # fmt: skip
PE041: Final = (0, 100, 200, 344, 440, 540, 600, 700, 800)  # its code of each level of ISCED
NACE_DIVISION: Final = {  # the first division of each section of NACE Rev. 2
    "A": "01", "B": "05", "C": "10", "D": "35", "E": "36", "F": "41", "G": "45", "H": "49", "I": "55", "J": "58",
    "K": "64", "L": "68", "M": "69", "N": "77", "O": "84", "P": "85", "Q": "86", "R": "90", "S": "94", "T": "97",
    "U": "99",
}  # fmt: skip
HOURS: Final = {1: "full_time", 2: "part_time"}
POSITION: Final = {1: "self_employed", 2: "self_employed", 3: "employee", 4: "family_worker"}  # as PL040A
CONTRACT: Final = {1: "permanent", 2: "temporary"}
ISCO: Final = {group: f"OC{group}" for group in range(10)}
REASON: Final = {1: "work", 2: "family", 3: "study", 4: "protection", 5: "other"}
TENURE: Final = {1: "owner_outright", 2: "owner_mortgage", 3: "tenant_market", 4: "tenant_reduced", 5: "free"}
HEALTH: Final = {1: "very_good", 2: "good", 3: "fair", 4: "bad", 5: "very_bad"}
LIMITATION: Final = {1: "severe", 2: "some", 3: "none"}
REGION: Final = list(places.REGIONS)

# Where the model's own numbering differs from the registers'.
STATUS_OF_ACTIVITY: Final = {
    work.EMPLOYED: 1, work.UNEMPLOYED: 2, work.RETIRED: 3, work.DISABLED: 4, work.STUDENT: 5, work.DOMESTIC: 6,
    work.OTHER: 8, work.NOT_OF_AGE: 0,
}  # fmt: skip
POSITION_OF_STATUS: Final = {work.EMPLOYEE: 3, work.SELF_EMPLOYED: 2, work.FAMILY_WORKER: 4}
ISCED_SHARES: Final = {  # levels within low, medium and high, with the share below (assumed)
    education.LOW: ((1, 0.22), (2, 1.0)),
    education.MEDIUM: ((3, 0.88), (4, 1.0)),
    education.HIGH: ((5, 0.15), (6, 0.60), (7, 0.96), (8, 1.0)),
}
