from collections.abc import Sequence

from chassis.clock import Clock
from gateway.domain.accounts import Account, Act, UserEnrolment, check_account, digest_of
from gateway.usecases.ports import Accounts, Passwords

BY = "first start"


async def enrol_accounts(
    enrolments: Sequence[UserEnrolment], *, accounts: Accounts, passwords: Passwords, clock: Clock
) -> int:
    """Make the accounts of a first start; a password that somebody has chosen since is left alone.

    Raises: ValueError, Refused when one is not well-formed; Unavailable.
    """
    for enrolment in enrolments:
        check_account(enrolment.name, enrolment.roles, enrolment.divisions)
        digest = digest_of(enrolment)
        if not await accounts.wants_enrolment(enrolment.name, digest):
            continue
        now_us = clock.now_us()
        account = Account(
            enrolment.name,
            await passwords.hash(enrolment.password),
            tuple(sorted(set(enrolment.roles))),
            enrolment.divisions,
            created_us=now_us,
        )
        await accounts.enrol(account, digest, Act("enrolled", account.name, BY, now_us))
    return len(enrolments)
