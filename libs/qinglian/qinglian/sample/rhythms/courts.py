"""What the courts enforce: a debt now and then, paid within the year."""

from collections.abc import Iterator
from datetime import timedelta

from qinglian.sample.cast import Organization
from qinglian.sample.chance import chance
from qinglian.sample.pen import Json, Pen
from qinglian.sample.span import Span

INDEBTED_PERCENT = 3


def courts(organization: Organization, span: Span, *, seed: int) -> Iterator[Json]:
    """Tell what the courts say of an organization; institutions that live on public money keep out of debt."""
    dice = chance(seed, organization.number, "courts")
    indebted = organization.kind == "association" and dice.randrange(100) < INDEBTED_PERCENT
    listed_on = span.begin_on + timedelta(150 + dice.randrange(600))
    if organization.quiet or not indebted or listed_on < organization.registered_on:
        return
    pen = Pen(f"s{seed}-j{organization.number:04d}")
    case_no = f"({listed_on.year})青澜执{organization.number:04d}号"
    listed = {"case_no": case_no, "listed_on": str(listed_on)}
    yield pen.write("courts.debtor.listed.v1", organization.code, str(listed_on), listed)
    delisted_on = listed_on + timedelta(140)
    ended = {"case_no": case_no, "delisted_on": str(delisted_on)}
    if delisted_on < span.end_on:
        yield pen.write("courts.debtor.delisted.v1", organization.code, str(delisted_on), ended)
