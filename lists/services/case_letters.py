"""The letters to whoever applied about an entry: acceptance, supplement, non-acceptance, decision.

They are notices like those of the lists, in the same numbering, with a wording of their own (form 2).
"""

import json
from datetime import date
from typing import Any, Protocol

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation
from django.utils.translation import gettext as _

from catalog.models import RuleProfile
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.services.messages import tell_applicant
from lists.enums import CaseKind, NoticeKind
from lists.models import CreditList, Entry, Notice, NoticeWording
from lists.services.erasure import dash, empty
from lists.services.notice_rows import CASE, insert_notices
from lists.services.notice_wordings import cited

FORM = 2
"""The form of the letters: `templates/lists/notice_form_2.html`. Issued letters keep theirs."""


class Case(Protocol):
    """What a letter says of the case it is about. `entry`: None where none fits what was stated."""

    receipt_number: str
    credit_list: CreditList
    unit: Unit
    entry: Entry | None
    applicant_name: str
    masked_identifier: str
    stated_document: str
    received_on: date
    rule_profile: RuleProfile

    @property
    def contact(self) -> str: ...


def write_letter(kind: NoticeKind, case_kind: CaseKind, case: Case, *, by: Actor, **said: Any) -> None:
    """Number and keep a letter of a `Case`, and tell the applicant that it is there: part of the step that it tells.

    `said`: what this step says: `reason`, `decision`, `due_on`, `possible_from`, `barred_until`, `again_from`,
    `remedies`, `corrections`; None is left out.
    """
    wording = NoticeWording.objects.create(
        kind=kind,
        unit=case.unit,
        unit_name=case.unit.name,
        credit_list=case.credit_list,
        form=FORM,
        content={
            "unit": case.unit.full_name or case.unit.name,
            "list": {"code": case.credit_list.code, "name": case.credit_list.name, "kind": case.credit_list.kind},
            "case": case_kind,
            "basis": cited(case.rule_profile),
        },
    )
    own = {
        "subject": {"name": case.applicant_name, "identifier": case.masked_identifier},
        "number": case.receipt_number,
        "document": case.stated_document,
        "received_on": case.received_on,
        **said,
    }
    insert_notices(
        CASE,
        wording,
        1,
        made_by=by.user.pk if by.user else None,
        entry=case.entry.pk if case.entry else None,
        case=case.receipt_number,
        own=json.dumps(own, cls=DjangoJSONEncoder, ensure_ascii=False),
    )
    tell(case, kind.label)


def tell(case: Case, news: Any) -> None:
    """A few words to the applicant of a `Case`, in the language of the place; nobody else learns what it is about."""
    with translation.override(settings.LANGUAGE_CODE):
        text = _(
            "Jinan Credit: your application %(number)s has news: %(news)s. "
            "Read it on the public site under “Where does my application stand?” with your query code."
        ) % {"number": case.receipt_number, "news": news}
    tell_applicant(case_number=case.receipt_number, contact=case.contact, text=text)


def empty_letters(receipt_numbers: list[str]) -> None:
    """What the letters of these cases said is deleted; their numbers stay."""
    empty(Notice.objects.filter(case_number__in=receipt_numbers), content={}, served_how=dash("served_how"))
