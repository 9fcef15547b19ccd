"""Policies, the scope of lists, and what a refusal gives away."""

from itertools import product

import cedarpy
import pytest

from chassis.errors import Refused
from chassis.internal_tokens import Principal
from chassis.permissions import POLICY_FILES, SCHEMA_FILE, Resource, is_permitted, permit, scope_of
from contracts.shipped import shipped_file

HANDLER = Principal("handler", "staff", roles=("handler",), divisions=("330326",))
APPROVER = Principal("approver", "staff", roles=("approver",))
TAX = Principal("tax", "department", "tax")


def test_policies_follow_their_schema() -> None:
    policies = "\n".join(shipped_file(f"policies/{name}").read_text() for name in POLICY_FILES)
    found = cedarpy.validate_policies(policies, shipped_file(f"policies/{SCHEMA_FILE}").read_text())
    assert [str(error) for error in found.errors] == []


def test_an_action_that_no_policy_knows_is_a_mistake_of_ours_and_not_an_answer() -> None:
    with pytest.raises(ValueError, match="alert-raed"):
        is_permitted(APPROVER, "alert-raed")


def test_who_proposed_a_listing_does_not_decide_about_it() -> None:
    permit(APPROVER, "listing-decide", Resource("listing", owner="credit-officer"))
    with pytest.raises(Refused) as refused:
        permit(APPROVER, "listing-decide", Resource("listing", owner="approver"))
    assert refused.value.code == "forbidden"


@pytest.mark.parametrize(
    ("principal", "action", "resource", "code"),
    [
        (HANDLER, "alert-read", Resource("alert", division="330327100000"), "not_found"),
        (HANDLER, "alert-read", Resource("alert"), "not_found"),
        (TAX, "alert-read", Resource("alert", department="finance"), "not_found"),
        (TAX, "organization-read-whole", Resource(), "forbidden"),
        (TAX, "listing-propose", Resource("listing", division="330326100000"), "forbidden"),
        (HANDLER, "organization-write", Resource("organization", division="330327100000"), "not_found"),
        (Principal("staff", "staff"), "listing-decide", Resource(), "forbidden"),
    ],
)
def test_what_one_may_not_see_is_not_there_and_what_one_may_not_do_is_forbidden(
    principal: Principal, action: str, resource: Resource, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        permit(principal, action, resource)
    assert refused.value.code == code


KINDS = [
    Principal("p", kind, department, roles, divisions)
    for kind, department in [("department", "tax"), ("staff", None), ("app", None), ("service", None)]
    for roles in [(), ("handler",), ("auditor", "admin"), ("admin",)]
    for divisions in [(), ("3303",), ("330326", "330327100")]
]


@pytest.mark.parametrize("principal", KINDS, ids=lambda each: f"{each.kind}-{each.roles}-{each.divisions}")
def test_scope_of_a_list_is_what_the_policies_say_of_each_row(principal: Principal) -> None:
    for action in ("alert-read", "event-read", "organization-write", "listing-read", "organization-list"):
        scope = scope_of(principal, action)
        for division, department in product([None, "330326100000", "330327100000", "330300", "11"], [None, "tax", "x"]):
            row = Resource("row", division=division, department=department)
            in_divisions = not scope.divisions or (division or "").startswith(scope.divisions)
            in_departments = not scope.departments or department in scope.departments
            within = scope.everything or (not scope.nothing and in_divisions and in_departments)
            assert within == is_permitted(principal, action, row), (action, row)
