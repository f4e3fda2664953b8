"""The security administrator goes through who has access, and writes down that he did."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.access import accounts, unused, without_factor
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import AccessReview, User
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import InvalidInput


def reviewed_accounts(*, by: Actor) -> QuerySet[User]:
    """Every account, as a reviewer sees it. Refusals: `act_not_allowed`."""
    by.require(Act.KEEP_ACCOUNTS)
    return accounts()


def record_access_review(*, note: str, by: Actor) -> AccessReview:
    """Write down that all accounts were gone through, how many there were of which sort, and what came of it.

    Refusals: `act_not_allowed`, `note_missing`.
    """
    active = reviewed_accounts(by=by).filter(is_active=True)
    if not note.strip():
        raise InvalidInput("note_missing", _("Write down what you found and what you did."), field="note")
    assert by.user is not None, "a person goes through the accounts"
    return AccessReview.objects.create(
        made_by=by.user,
        made_at=clock.now(),
        account_count=active.count(),
        unused_count=unused(active).count(),
        without_factor_count=without_factor(active).count(),
        note=note.strip(),
    )
