"""A letter of a case in words: what was frozen at its issue. The template only lays it out."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lists.enums import CaseDecision, CaseKind, NoticeKind
from lists.letters import Correction, Letter, in_words
from lists.models import Entry, Notice
from lists.selectors import notices_of_case
from lists.services.case_letters import FORM

_TITLES: dict[tuple[str, str], str | Promise] = {
    (CaseKind.OBJECTION, NoticeKind.CASE_ACCEPTED): gettext_lazy("Notice that your objection is accepted"),
    (CaseKind.OBJECTION, NoticeKind.CASE_SUPPLEMENT): gettext_lazy("Notice to supplement your objection"),
    (CaseKind.OBJECTION, NoticeKind.CASE_NOT_ACCEPTED): gettext_lazy("Notice that your objection is not accepted"),
    (CaseKind.OBJECTION, NoticeKind.CASE_DECIDED): gettext_lazy("Decision on your objection"),
    (CaseKind.REPAIR, NoticeKind.CASE_ACCEPTED): gettext_lazy("Notice that your repair is accepted"),
    (CaseKind.REPAIR, NoticeKind.CASE_SUPPLEMENT): gettext_lazy("Notice to supplement your repair"),
    (CaseKind.REPAIR, NoticeKind.CASE_NOT_ACCEPTED): gettext_lazy("Notice that your repair is not accepted"),
    (CaseKind.REPAIR, NoticeKind.CASE_DECIDED): gettext_lazy("Decision on your repair"),
}

_DAYS = ("due_on", "possible_from", "barred_until", "again_from")


class CaseLetter(Letter):
    """Needs `wording`, as every letter."""

    @property
    def title(self) -> str:
        return str(_TITLES[self.case, self.notice.kind])

    @property
    def case(self) -> str:
        return str(self._common["case"])

    @property
    def identifier(self) -> str:
        return _("%(label)s: %(value)s") % {
            "label": _("Identifier"),
            "value": self._own["subject"].get("identifier", ""),
        }

    @property
    def about(self) -> dict[str, str]:
        """The case as it was received."""
        return {
            "number": self._own["number"],
            "list": self._common["list"]["name"],
            "document": self._own["document"],
            "received_on": in_words(self._own["received_on"]),
        }

    @property
    def basis(self) -> str:
        return str(self._common["basis"])

    @property
    def said(self) -> dict[str, Any]:
        """What the step says: `reason`, `remedies`, and the days in words."""
        return {name: in_words(value) if name in _DAYS else value for name, value in self._own.items()}

    @property
    def decision(self) -> str:
        return str(CaseDecision(self._own["decision"]).label)

    @property
    def is_removal(self) -> bool:
        return self._own.get("decision") in (CaseDecision.REMOVE, CaseDecision.APPROVE)

    @property
    def corrections(self) -> list[Correction]:
        return [
            Correction(Entry._meta.get_field(name).verbose_name, old or "—", new or "—")  # type: ignore[union-attr]
            for name, (old, new) in self._own.get("corrections", {}).items()
        ]


def letter_of(notice: Notice) -> Letter:
    """The letter in the form in which it was issued."""
    return CaseLetter(notice) if notice.wording.form == FORM else Letter(notice)


def letters_of_case(receipt_number: str) -> list[CaseLetter]:
    """All letters of an objection or repair, for whoever applied; the emptied ones have nothing to say."""
    return [CaseLetter(notice) for notice in notices_of_case(receipt_number) if notice.content]
