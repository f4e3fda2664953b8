"""What the notices of one act have in common: frozen once, when the first of them is issued."""

from datetime import date
from typing import Any

from catalog.models import RuleProfile
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from lists.enums import ListKind, NoticeKind, PublicationKind
from lists.models import CreditList, Entry, EntryQuerySet, NoticeWording, Publication
from lists.selectors import measures_for_list

FORM = 1
"""The form of the letters: `templates/lists/notice_form_1.html`. Issued letters keep theirs."""

OURS = "本系统"
"""How the legal basis of a rule profile names the numbers that are our own."""

_KIND_OF = {
    PublicationKind.LISTING: NoticeKind.LISTING,
    PublicationKind.CORRECTION: NoticeKind.CORRECTION,
    PublicationKind.REMOVAL: NoticeKind.REMOVAL,
}


def wording_of_publication(publication: Publication, unit: Unit) -> NoticeWording:
    """The wording of this unit's notices of a publication. Refusals: `rule_profile_missing`."""
    known = NoticeWording.objects.filter(publication=publication, unit=unit).first()
    if known is not None:
        return known
    kind = _KIND_OF[PublicationKind(publication.kind)]
    entries = Entry.objects.filter(changes__publication=publication, unit=unit)
    content = _common(publication.credit_list, unit, kind, entries) | {
        "publication": {
            "number": publication.number,
            "on": clock.local_day(publication.published_at).isoformat(),
            "reason": publication.reason,
            "change_reason": publication.change_reason,
        }
    }
    return _kept(kind, unit, publication.credit_list, content, publication)


def wording_of_proposal(credit_list: CreditList, unit: Unit, ids: list[Any]) -> NoticeWording:
    """The wording of notices of proposed listing, all of one list. Refusals: `rule_profile_missing`."""
    profile = RuleProfile.objects.for_case("notice", clock.today())
    content = _common(credit_list, unit, NoticeKind.PROPOSED_LISTING, Entry.objects.filter(pk__in=ids)) | {
        "defence": {"working_days": profile["defence_wd"], "basis": cited(profile)}
    }
    return _kept(NoticeKind.PROPOSED_LISTING, unit, credit_list, content, None)


def _common(credit_list: CreditList, unit: Unit, kind: NoticeKind, entries: EntryQuerySet) -> dict[str, Any]:
    today = clock.today()
    rules = RuleProfile.objects.in_bulk(set(entries.order_by().values_list("term_rule", flat=True).distinct()) - {None})
    return {
        "unit": unit.full_name or unit.name,
        "list": {
            "code": credit_list.code,
            "name": credit_list.name,
            "kind": credit_list.kind,
            "legal_basis": credit_list.legal_basis,
        },
        "rules": {str(pk): {"title": rule.title, "basis": cited(rule)} for pk, rule in rules.items()},
        "measures": [] if kind == NoticeKind.REMOVAL else _measures(credit_list),
        "remedies": _remedies(today) if is_adverse(kind, credit_list.kind) else None,
        "objection": _objection(today),
        "repair": _repair(credit_list, kind, today),
    }


def cited(rule: RuleProfile) -> str:
    """The law that a party is told. What no law gives, and the catalogue says so, is no citation."""
    return "" if rule.is_default else "；".join(part for part in rule.legal_basis.split("；") if OURS not in part)


def is_adverse(kind: str, list_kind: str) -> bool:
    """Whether the act burdens the party: then the notice names reconsideration and suit."""
    if kind == NoticeKind.PROPOSED_LISTING:
        return False  # nothing is decided yet
    return (list_kind == ListKind.RED) == (kind == NoticeKind.REMOVAL)


def _measures(credit_list: CreditList) -> list[dict[str, str]]:
    measures = measures_for_list(credit_list).prefetch_related(None)
    return [{"category": measure.category, "content": measure.content} for measure in measures]


def _remedies(today: date) -> dict[str, Any]:
    profile = RuleProfile.objects.for_case("remedies", today)
    return {
        "reconsideration_days": profile["reconsideration_days"],
        "suit_months": profile["suit_months"],
        "basis": cited(profile),
    }


def _objection(today: date) -> dict[str, Any]:
    profile = RuleProfile.objects.for_case("objection", today)
    return {"working_days": profile["decide_wd"], "working_days_with_help": profile["decide_with_help_wd"]}


def _repair(credit_list: CreditList, kind: str, today: date) -> dict[str, Any] | None:
    """What repair takes; a red list knows none, and who has left a list needs none."""
    if credit_list.kind == ListKind.RED or kind in (NoticeKind.REMOVAL, NoticeKind.PROPOSED_LISTING):
        return None
    profile = RuleProfile.objects.for_case("repair", today)
    return {"accept_wd": profile["accept_wd"], "decide_wd": profile["decide_wd"], "basis": cited(profile)}


def _kept(
    kind: NoticeKind, unit: Unit, credit_list: CreditList, content: dict[str, Any], publication: Publication | None
) -> NoticeWording:
    return NoticeWording.objects.create(
        publication=publication,
        kind=kind,
        unit=unit,
        unit_name=unit.name,
        credit_list=credit_list,
        form=FORM,
        content=content,
    )
