"""One base error, and a kind for each thing the reader can do about it.

Every error carries faults: where it is, which field, what was expected, what was found, and the way out. A fault
never holds a value of a person's record; the code of a listed variable may be named only when enough records hold it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, written for the person who can mend it.

    Attributes:
        where: file, source or argument in which the fault lies.
        field: the key, column or expression at fault.
        expected: what would have been right.
        found: what is there instead.
        way_out: what the reader can do.
        kind: what kind of error it is; None until it is raised in one. Two faults that say the same are equal.
    """

    where: str
    field: str
    expected: str
    found: str
    way_out: str
    kind: type[ZaragozaError] | None = dataclasses.field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.where}: {self.field}: expected {self.expected}; found {self.found}. {self.way_out}"


class ZaragozaError(Exception):
    """Base of all errors meant for the reader; `faults` lists every fault found, not only the first.

    Attributes:
        faults: each with a kind: the one it had, else that of the error it was first raised in.
        exit_code: what the command line returns for this kind of error.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, faults: Iterable[Fault] | Fault) -> None:
        given = (faults,) if isinstance(faults, Fault) else tuple(faults)
        self.faults: tuple[Fault, ...] = of_kind(type(self), given)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class DefinitionError(ZaragozaError):
    """A definition (monitor, catalogue entry, expression, argument) must be rewritten."""

    exit_code = 3


class InputError(ZaragozaError):
    """A data file must be mended, mapped otherwise, or fetched again."""

    exit_code = 4


class DesignError(ZaragozaError):
    """The sampling design given does not fit the data; correct it or choose how to treat it."""

    exit_code = 5


class DisclosureError(ZaragozaError):
    """A release could reveal someone, or a protection rule was weakened without a reason."""

    exit_code = 6


class ReleaseError(ZaragozaError):
    """A release cannot be written or read where it was asked."""

    exit_code = 7


class SourceError(ZaragozaError):
    """A service on the network did not give what was asked: ask later, for less, or otherwise."""

    exit_code = 8


def of_kind(kind: type[ZaragozaError], faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The faults, those without a kind as faults of this one."""
    return tuple(fault if fault.kind else replace(fault, kind=kind) for fault in faults)


def exit_code(faults: Iterable[Fault]) -> int:
    """What the command line returns for faults of several kinds: the lowest code.

    Codes follow the order of the process, so the lowest names what has to be mended first: definitions before data,
    data before the design, the design before protection and publication.
    """
    return min((fault.kind.exit_code for fault in faults if fault.kind), default=ZaragozaError.exit_code)
