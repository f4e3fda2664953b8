"""The act by which entries take effect: reviewed by another person, published as one."""

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.moves import require_right
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from lists.enums import (
    ChangeOp,
    ChangeReason,
    EntryState,
    ListKind,
    PublicationKind,
)
from lists.models import CreditList, EntryQuerySet, Publication, own_work
from lists.services.acts import open_publication, tell_the_units
from lists.services.fallen_basis import hold_documents
from lists.services.hindrances import (
    BASIS_FELL,
    BEFORE_REVIEW,
    BLACK_LISTED,
    CEASED,
    TERM_OVER,
    Hindrance,
    require_unhindered,
)
from lists.services.list_versions import keep_version
from lists.services.moves import write_moves
from lists.services.steps import lock_entries
from lists.workflow import ENTRY

LARGEST_PUBLICATION = 100_000


@transaction.atomic
def publish_entries(*, credit_list: CreditList, entries: EntryQuerySet, by: Actor, reason: str = "") -> Publication:
    """Approve and publish entries of one list that are in review, as one act.

    Refusals: `act_not_allowed`; `nothing_to_publish`; `too_many_entries`; `not_your_unit`; `move_not_open` when one
    is not in review; `own_work` when one was made or submitted by the reviewer (rule 4); and when a single entry is
    hindered, the code of what hinders it (`hindrances_of_publishing`).
    """
    require_right(ENTRY["publish"], by=by, reason=reason)
    chosen = entries.filter(credit_list=credit_list)
    count = _require_publishable(chosen, by)
    if credit_list.notice_required or credit_list.kind == ListKind.RED:
        lock_entries(chosen)  # whoever hears the party, or publishes a black entry of it, waits or is seen here
    hold_documents(by=by)
    require_unhindered(chosen, hindrances_of_publishing(credit_list))

    publication = open_publication(
        credit_list, PublicationKind.LISTING, ChangeReason.PUBLISHED, count=count, by=by, reason=reason
    )
    published = chosen.filter(state=EntryState.IN_REVIEW).update(
        state=EntryState.PUBLISHED,
        version=F("version") + 1,
        reviewed_by=by.user,
        published_at=publication.published_at,
        list_version=keep_version(credit_list),
        last_publication=publication,
    )
    if published != count:
        raise DomainError("move_not_open", _("Meanwhile someone else decided some of these entries. Look again."))
    write_moves(publication, "publish", EntryState.IN_REVIEW, EntryState.PUBLISHED, by=by, reason=reason)
    tell_the_units(publication, ChangeOp.UPSERT)
    return publication


def _require_publishable(entries: EntryQuerySet, by: Actor) -> int:
    counts = entries.aggregate(
        all=Count("pk"),
        foreign=Count("pk", filter=~Q(unit=by.unit)),
        closed=Count("pk", filter=~Q(state=EntryState.IN_REVIEW)),
        own=Count("pk", filter=own_work(by.user)),
    )
    if not counts["all"]:
        raise InvalidInput("nothing_to_publish", _("No entry is selected that could be published."))
    if counts["all"] > LARGEST_PUBLICATION:
        raise InvalidInput(
            "too_many_entries",
            _("One publication holds at most %(most)s entries; %(count)s are selected.")
            % {"most": LARGEST_PUBLICATION, "count": counts["all"]},
        )
    if counts["foreign"]:
        raise NotFound("not_your_unit", _("These entries belong to another unit."))
    if counts["closed"]:
        raise DomainError(
            "move_not_open",
            _("%(count)s of the entries are no longer in review. Reload the page to see what is.")
            % {"count": counts["closed"]},
        )
    if counts["own"]:
        raise DomainError(
            "own_work",
            _("You made or submitted %(count)s of these entries yourself. Another person must review them.")
            % {"count": counts["own"]},
        )
    return int(counts["all"])


def hindrances_of_publishing(credit_list: CreditList) -> tuple[Hindrance, ...]:
    """`term_over`; `subject_ceased`; `basis_fell`; on a red list `black_listed` (rule 3); where the party is told of
    the proposed listing, what hinders the review.
    """
    trusted = (BLACK_LISTED,) if credit_list.kind == ListKind.RED else ()
    heard = BEFORE_REVIEW if credit_list.notice_required else ()
    return (TERM_OVER, *trusted, *heard, CEASED, BASIS_FELL)
