"""Checks of expressions against the standard variables: names, codes, and what may stand where."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from zaragoza.catalogue.monitor_reader import suggestion
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.expression import Expression
from zaragoza.model.placeholders import readable
from zaragoza.model.variable import Variable, VariableType

_WORDS = {"code", "country"}  # types whose values are texts


class Expressions:
    """Reads expressions on the standard variables.

    Args:
        variables: the variables that are right.
        known: the ids of all variables, the faulty ones among them; None where not all are known.
    """

    def __init__(self, variables: Mapping[str, Variable], known: Collection[str] | None) -> None:
        self._variables = variables
        self._known = known

    def faults(self, text: str, where: str, field: str, condition: bool | None = None) -> list[Fault]:
        """What is wrong with an expression.

        Args:
            text: the expression.
            where: file and line.
            field: the key under which it stands.
            condition: True where it has to be true or false for a person, False where it has to be a number.
        """
        try:
            expression = Expression.parse(text)
        except DefinitionError as error:
            return [Fault(where, field, fault.expected, fault.found, fault.way_out) for fault in error.faults]
        found = [*self._unknown(expression, where, field), *self._constants(expression, where, field)]
        if condition is not None and not found:
            found += self._form(expression, condition, where, field)
        return found

    def reads(self, text: str | None) -> frozenset[str]:
        """The variables that an expression reads; none where it cannot be read."""
        try:
            return frozenset() if text is None else Expression.parse(readable(text)).variables
        except DefinitionError:
            return frozenset()

    @property
    def thresholds(self) -> frozenset[str]:
        """The variables that are estimated from a whole year: the same for everybody."""
        derived = {name: v.derive for name, v in self._variables.items() if v.derive is not None}
        return frozenset(name for name, call in derived.items() if call.operator == "poverty_threshold")

    def is_of_type(self, text: str, kind: VariableType) -> bool:
        """Whether a text is the name of a variable of a type; a variable that is itself faulty may have any."""
        variable = self._variables.get(text)
        if variable is None:
            return self._known is None or text in self._known
        return variable.type == kind

    def _bare_type(self, expression: Expression) -> str | None:
        """The type of the variable that is the whole expression, or None where it is more than a name."""
        variable = self._variables.get(expression.text)
        return variable.type if variable else None

    def _unknown(self, expression: Expression, where: str, field: str) -> Iterator[Fault]:
        known = expression.variables if self._known is None else self._known
        for name in sorted(expression.variables - set(known)):
            way_out = suggestion(name, known)
            yield Fault(where, field, "names of standard variables", f"the unknown name `{name}`", way_out)

    def _constants(self, expression: Expression, where: str, field: str) -> Iterator[Fault]:
        for name, constant, is_text in sorted(expression.comparisons):
            variable = self._variables.get(name)
            if variable is None:
                continue
            codes = [code.code for code in variable.codes]
            if variable.type in _WORDS and not is_text:
                expected = f"a text in quotes, because {name} holds codes"
                yield Fault(
                    where, field, expected, f"the number {constant}", "Put single quotes around the code."
                )
            elif codes and constant not in codes:
                yield Fault(where, field, f"a code of {name}", f"`{constant}`", suggestion(constant, codes))
            elif is_text and variable.type not in _WORDS:
                expected = f"a comparison that suits {name}, which is of type {variable.type}"
                yield Fault(where, field, expected, f"the text `{constant}`", "Compare it with a number.")

    def _form(self, expression: Expression, condition: bool, where: str, field: str) -> Iterator[Fault]:
        bare = self._bare_type(expression)
        is_condition = expression.is_condition or bare == "boolean"
        if condition and not is_condition:
            way_out = "Write a comparison, such as activity = 'employed', or name a variable of type boolean."
            yield Fault(where, field, "a condition, true or false for each person", "no condition", way_out)
        elif not condition and (is_condition or bare in _WORDS):
            way_out = "Name a numeric variable, or write CASE WHEN condition THEN 1 ELSE 0 END."
            yield Fault(where, field, "a number for each person", "a condition or a code", way_out)
