"""Signs of life: on which dates an organization did something, as a rule counts them."""

from datetime import date
from typing import TYPE_CHECKING

from tests.oracle.rules import Rule

if TYPE_CHECKING:
    from tests.oracle.points import World


def signs_of(world: "World", rule: Rule, code: str) -> set[date]:
    """Give the dates of all signs, whenever they became known."""
    _, spec = rule.silence() or ("", {"silent": {}})
    numbers = {name: each["default"] for name, each in rule.parameters.items()}
    found = set()
    for stream, text in spec["silent"].items():
        for fact in world.stream(code, stream):
            fields = {name: getattr(fact.data, name) for name in fact.data.__struct_fields__}
            found.add(rule.expression(text).run(fields | numbers))
    return found - {None}


def last_sign(world: "World", rule: Rule, code: str, day: date) -> date | None:
    """Give the date of the last sign up to a date."""
    return max((sign for sign in signs_of(world, rule, code) if sign <= day), default=None)
