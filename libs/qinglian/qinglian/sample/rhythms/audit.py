"""What the audit office writes up: few organizations, and mended in time."""

from collections.abc import Iterator
from datetime import timedelta

from qinglian.sample.cast import YUAN, Organization
from qinglian.sample.chance import chance
from qinglian.sample.pen import Json, Pen
from qinglian.sample.span import Span

AUDITED_PERCENT = 12


def audit(organization: Organization, span: Span, *, seed: int) -> Iterator[Json]:
    """Tell what the audit office says of an organization."""
    dice = chance(seed, organization.number, "audit")
    if organization.quiet or dice.randrange(100) >= AUDITED_PERCENT:
        return
    pen = Pen(f"s{seed}-a{organization.number:04d}")
    issued_on = span.begin_on + timedelta(200 + dice.randrange(700))
    if issued_on < organization.registered_on:
        return
    finding = {
        "finding_id": f"fd-{organization.number}",
        "kind": dice.choice(("receipts", "fees", "conduct", "other")),
        "severity": "low",
        "amount_fen": dice.randrange(2_000, 40_000, 100) * YUAN,
        "text": "票据保管不规范",
    }
    yield pen.write("audit.finding.issued.v1", organization.code, f"{issued_on}T10:00:00", finding)
    rectified_on = issued_on + timedelta(75)
    if rectified_on < span.end_on:
        mended = {"finding_id": finding["finding_id"], "rectified_on": str(rectified_on)}
        yield pen.write("audit.finding.rectified.v1", organization.code, f"{rectified_on}T10:00:00", mended)
