"""What an entry is filled with while it is a draft, and what may not be in it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalog.models import RuleProfile
from jinan_credit.kernel import clock, crypto, masking
from jinan_credit.kernel.errors import DomainError, InvalidInput
from lists.enums import (
    BasisKind,
    Disclosure,
    EntryState,
    PersonRole,
    RequiredField,
    SubjectKind,
)
from lists.models import CreditList, Entry, EntryQuerySet, Subject
from lists.rules import TermRule, minor_penalty

_TYPED = (
    "subject_name",
    "basis",
    "basis_kind",
    "document_number",
    "document_on",
    "decided_on",
    "act_ended_on",
    "grounds",
    "facts",
)
PAST = ("document_on", "decided_on", "act_ended_on")
"""Days that have been. From them the cap of the term and the disclosure limit are counted: a later one would lengthen
both (rule 5, SD art. 38)."""


def subject_of(values: Mapping[str, Any]) -> Subject:
    """Who has this identifier or had it earlier, made when it is new. A changed name rewrites no entry (rule 9)."""
    if values["kind"] == SubjectKind.NATURAL_PERSON:
        document_type, number = values["document_type"], values["number"]
        subject, _made = Subject.objects.get_or_create(
            number_index=crypto.blind_index(document_type, number),
            defaults={
                "kind": values["kind"],
                "name": values["name"],
                "document_type": document_type,
                "sealed_number": crypto.seal(number),
                "masked_number": masking.mask_document_number(number),
            },
        )
    else:
        code = values["code"]
        subject = (
            Subject.objects.with_code(code).first()
            or Subject.objects.get_or_create(code=code, defaults={"kind": values["kind"], "name": values["name"]})[0]
        )
    return subject


def default_disclosure(credit_list: CreditList, subject_kind: str) -> str:
    """The list's disclosure; for a natural person at most within government, unless a statute says so (SD art. 20)."""
    if (
        subject_kind == SubjectKind.NATURAL_PERSON
        and credit_list.disclosure == Disclosure.PUBLIC
        and not credit_list.person_disclosure_basis
    ):
        return Disclosure.GOVERNMENT
    return credit_list.disclosure


def fill(entry: Entry, subject: Subject, values: Mapping[str, Any]) -> None:
    """Give an entry its subject and values, checked. Refusals: see `draft_entry`."""
    credit_list = entry.credit_list
    _require_no_duplicate(entry, subject, values["document_number"])
    require_living(subject)
    rule = RuleProfile.objects.for_case(credit_list.term_profile, clock.today())
    entry.subject = subject
    entry.subject_kind = subject.kind
    entry.subject_name = values["name"]
    for name in ("basis", "document_number", "document_on", "decided_on", "grounds"):
        setattr(entry, name, values[name])
    for name in ("basis_kind", "act_ended_on"):
        setattr(entry, name, values.get(name, getattr(entry, name)))
    require_past(**{name: getattr(entry, name) for name in PAST})
    entry.facts = values.get("facts", "")
    entry.dishonesty_class = values.get("dishonesty_class", "")
    entry.term_rule = rule
    entry.disclosure = values.get("disclosure") or default_disclosure(credit_list, subject.kind)
    entry.person_disclosure_basis = credit_list.person_disclosure_basis if subject.is_person else ""
    _require_lawful_disclosure(entry)
    _require_fields(entry, values)
    _set_term(entry, TermRule(rule.parameters), values.get("term_from"), values.get("term_to"))
    require_lawful_basis(entry.basis_kind, entry.basis, entry.grounds, entry.facts)
    try:
        entry.clean_fields(exclude={field.name for field in Entry._meta.fields} - set(_TYPED))
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise InvalidInput("value_not_valid", " ".join(messages), field=name) from error


@contextmanager
def refused_as_duplicate() -> Iterator[None]:
    """Two people may enter the same at the same moment; the database lets one of them through (rule 8)."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "entry_is_no_duplicate" not in str(error):
            raise
        raise _duplicate() from error


def require_past(**days: date | None) -> None:
    """Of days by field. Refusals: `day_to_come`."""
    for name, day in days.items():
        if day is not None and day > clock.today():
            raise InvalidInput("day_to_come", _("This day has not come yet."), field=name)


def require_living(subject: Subject) -> None:
    if subject.ceased_on is not None:
        raise DomainError(
            "subject_ceased",
            _("The subject has ceased to exist, or has died (%(day)s). It cannot be listed any more.")
            % {"day": subject.ceased_on},
            field="name",
        )


def require_lawful_basis(basis_kind: str, *texts: str) -> None:
    """Rule 6, SD art. 13: `simple_procedure`, `minor_remedied`; by the kind stated, where none is by the texts."""
    refusals = {
        BasisKind.SIMPLE_PENALTY: (
            "simple_procedure",
            _(
                "A penalty decided by simple procedure cannot be the only basis of a "
                "listing (Shandong Social Credit Regulation, art. 13)."
            ),
        ),
        BasisKind.REMEDIED_PENALTY: (
            "minor_remedied",
            _(
                "A penalty for a minor act that was remedied already cannot be the only basis of "
                "a listing (Shandong Social Credit Regulation, art. 13)."
            ),
        ),
    }
    if basis_kind in refusals:
        raise InvalidInput(*refusals[BasisKind(basis_kind)], field="basis_kind")
    found = "" if basis_kind else minor_penalty(*texts)
    if found:
        raise InvalidInput(*refusals[BasisKind(found)], field="grounds")


def _require_lawful_disclosure(entry: Entry) -> None:
    is_person = entry.subject_kind == SubjectKind.NATURAL_PERSON
    if is_person and entry.disclosure == Disclosure.PUBLIC and not entry.person_disclosure_basis:
        raise InvalidInput(  # SD art. 20
            "person_not_public", _("A natural person may not be disclosed to the public."), field="disclosure"
        )


def _require_fields(entry: Entry, values: Mapping[str, Any]) -> None:
    """What the list requires besides: `field_required`."""
    given = {
        RequiredField.FACTS: bool(entry.facts),
        RequiredField.DISHONESTY_CLASS: bool(entry.dishonesty_class),
        RequiredField.TERM_TO: bool(values.get("term_to")),
        RequiredField.REPRESENTATIVE: entry.subject_kind == SubjectKind.NATURAL_PERSON
        or _names_representative(entry, values),
    }
    for name in entry.credit_list.required_fields:
        if not given[RequiredField(name)]:
            raise InvalidInput(
                "field_required",
                _("This list requires: %(field)s.") % {"field": RequiredField(name).label},
                field=name.lower(),
            )


def _names_representative(entry: Entry, values: Mapping[str, Any]) -> bool:
    role = PersonRole.LEGAL_REPRESENTATIVE
    if values.get("representative") or any(one["role"] == role for one in values.get("related_persons") or ()):
        return True
    stays = "representative" not in values and "related_persons" not in values and not entry._state.adding
    return stays and entry.related_persons.filter(role=role).exists()


def _set_term(entry: Entry, rule: TermRule, term_from: Any, term_to: Any) -> None:
    """Give the term its days; `term_beyond_cap` (rule 5), `class_missing` when the rule needs a class."""
    if not entry.dishonesty_class and rule.needs_class:
        raise InvalidInput(
            "class_missing", _("Give the dishonesty class: it decides the term."), field="dishonesty_class"
        )
    entry.term_from = term_from or entry.document_on
    entry.term_to = term_to or rule.ends_on(entry.term_from, entry.dishonesty_class)
    cap = rule.cap_on(entry.document_on, entry.dishonesty_class)
    if entry.term_to > cap:
        raise InvalidInput(
            "term_beyond_cap",
            _("The term may end on %(cap)s at the latest (%(rule)s).") % {"cap": cap, "rule": entry.term_rule},
            field="term_to",
        )
    if entry.term_to < entry.term_from:
        raise InvalidInput("value_not_valid", _("The term would end before it begins."), field="term_to")


def _require_no_duplicate(entry: Entry, subject: Subject, document_number: str) -> None:
    others = _same(entry.credit_list, subject, document_number)
    if not entry._state.adding:
        others = others.exclude(pk=entry.pk)
    if others.exists():
        raise _duplicate()


def _duplicate() -> DomainError:
    return DomainError(
        "duplicate",
        _("This subject is already on this list for this document. Correct that entry instead."),
        field="document_number",
    )


def _same(credit_list: CreditList, subject: Subject, document_number: str) -> EntryQuerySet:
    given_up = (EntryState.DISCARDED, EntryState.PURGED)
    same = Entry.objects.of_document(document_number).filter(credit_list=credit_list, subject=subject)
    return same.exclude(state__in=given_up)
