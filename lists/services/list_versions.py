"""What a list says, kept version by version: entries keep the one they were listed under."""

from typing import Any

from django.db import transaction

from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.kernel import clock
from lists.models import CreditList, CreditListVersion

_FIELDS = (
    "code",
    "name",
    "kind",
    "level",
    "is_serious",
    "legal_basis",
    "term_profile",
    "feedback_mode",
    "disclosure",
    "person_disclosure_basis",
    "red_category",
    "black_field",
    "category",
    "notice_required",
    "required_fields",
    "source",
)


_LATER_FIELDS = ("repair_documents", "no_repair_basis")
"""Stand in a version only where they say something: versions of before knew them not."""


def content_of(credit_list: CreditList) -> dict[str, Any]:
    """Everything about a list that is governed, units by code and memoranda by number."""
    return {
        **{name: getattr(credit_list, name) for name in _FIELDS},
        **{name: value for name in _LATER_FIELDS if (value := getattr(credit_list, name))},
        **({"sources": sources} if (sources := sorted(credit_list.sources.values_list("code", flat=True))) else {}),
        "initiating_units": sorted(credit_list.initiating_units.values_list("code", flat=True)),
        "memoranda": sorted(credit_list.memoranda.values_list("number", flat=True)),
    }


@transaction.atomic
def keep_version(credit_list: CreditList, *, by: Actor = SYSTEM, reason: str = "") -> CreditListVersion:
    """The version that says what the list says now; a new one when the list was changed since the last.

    The list is locked only to write one: publications of a list do not wait for each other here.
    """
    last, content = _last_and_content(CreditList.objects.get(pk=credit_list.pk))
    if last is not None and last.content == content:
        return last
    last, content = _last_and_content(CreditList.objects.select_for_update(no_key=True).get(pk=credit_list.pk))
    if last is not None and last.content == content:
        return last
    return CreditListVersion.objects.create(
        credit_list=credit_list,
        number=last.number + 1 if last else 1,
        content=content,
        reason=reason,
        made_by=by.user,
        made_at=clock.now(),
    )


def _last_and_content(credit_list: CreditList) -> tuple[CreditListVersion | None, dict[str, Any]]:
    return credit_list.versions.first(), content_of(credit_list)
