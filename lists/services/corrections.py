"""Which values of a published entry may be corrected, and what they may become."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from jinan_credit.kernel.errors import InvalidInput
from lists.enums import ChangeReason, Disclosure, PersonRole, RequiredField, SubjectKind
from lists.models import Entry
from lists.rules import TermRule
from lists.services.entry_values import PAST, require_lawful_basis, require_past
from lists.services.related_persons import changed_persons

CORRECTABLE = (
    "subject_name",
    "basis",
    "basis_kind",
    "document_on",
    "decided_on",
    "act_ended_on",
    "term_from",
    "term_to",
    "grounds",
    "facts",
    "dishonesty_class",
    "disclosure",
)
"""Never the subject or the document's number: another subject or document is another entry."""

PERSONS = "related_persons"
"""Corrected, too, as `sealed_persons` gives them: as at listing, so never because one has changed since (rule 9)."""


def check_new_values(
    entry: Entry, new_values: dict[str, Any], change_reason: ChangeReason = ChangeReason.CORRECTED
) -> dict[str, Any]:
    """The values that really change, as Python values.

    Refusals: `field_not_correctable`, `value_not_valid`, `nothing_changes`, `person_not_public` (rule 7),
    `term_beyond_cap` (rule 5), `simple_procedure` and `minor_remedied` (rule 6), `field_required`, `day_to_come`.
    """
    values: dict[str, Any] = {}
    for name, raw in new_values.items():
        if name == PERSONS:
            if changed_persons(entry, raw):
                values[name] = raw
            continue
        if name not in CORRECTABLE:
            raise InvalidInput(
                "field_not_correctable", _("This field cannot be corrected: %(name)s.") % {"name": name}, field=name
            )
        try:
            value = Entry._meta.get_field(name).clean(raw, entry)  # type: ignore[union-attr]
        except ValidationError as error:
            raise InvalidInput("value_not_valid", " ".join(error.messages), field=name) from error
        if value != getattr(entry, name):
            values[name] = value
    if not values:
        raise InvalidInput("nothing_changes", _("Nothing would change. Give at least one other value."))
    require_past(**{name: values[name] for name in PAST if name in values})
    _require_lawful_disclosure(entry, values)
    _require_lawful_term(entry, values)
    _require_lawful_basis(entry, values)
    _require_fields(entry, values, change_reason)
    return values


def _require_lawful_disclosure(entry: Entry, values: dict[str, Any]) -> None:
    is_person = entry.subject_kind == SubjectKind.NATURAL_PERSON
    if is_person and values.get("disclosure") == Disclosure.PUBLIC and not entry.person_disclosure_basis:
        raise InvalidInput(  # SD art. 20
            "person_not_public", _("A natural person may not be disclosed to the public."), field="disclosure"
        )


def _require_lawful_term(entry: Entry, values: dict[str, Any]) -> None:
    def new(name: str) -> Any:
        return values.get(name, getattr(entry, name))

    if new("term_to") < new("term_from"):
        raise InvalidInput("value_not_valid", _("The term would end before it begins."), field="term_to")
    if entry.term_rule is None:
        return
    cap = TermRule(entry.term_rule.parameters).cap_on(new("document_on"), new("dishonesty_class"))
    if new("term_to") > cap:
        raise InvalidInput(
            "term_beyond_cap",
            _("The term may end on %(cap)s at the latest (%(rule)s).") % {"cap": cap, "rule": entry.term_rule},
            field="term_to",
        )


def _require_lawful_basis(entry: Entry, values: dict[str, Any]) -> None:
    """Only what the correction says is judged: what stands already was judged when it was published."""
    texts = [values[name] for name in ("basis", "grounds", "facts") if name in values]
    require_lawful_basis(values.get("basis_kind", entry.basis_kind), *texts)


def _require_fields(entry: Entry, values: dict[str, Any], change_reason: ChangeReason) -> None:
    for name in ("facts", "dishonesty_class"):
        if values.get(name) == "" and name.upper() in entry.credit_list.required_fields:
            raise InvalidInput(
                "field_required",
                _("This list requires: %(field)s.") % {"field": RequiredField(name.upper()).label},
                field=name,
            )
    # order 36 art. 3: whoever is repaired is taken off, whatever the list's form asks for
    if PERSONS in values and change_reason != ChangeReason.PERSON_REPAIRED:
        _require_representative(entry, values[PERSONS])


def _require_representative(entry: Entry, persons: list[dict[str, Any]]) -> None:
    """A correction takes no representative away; where a repair took him off, none need be named again."""
    field, role = RequiredField.REPRESENTATIVE, PersonRole.LEGAL_REPRESENTATIVE
    is_needed = field in entry.credit_list.required_fields and entry.subject_kind != SubjectKind.NATURAL_PERSON
    if is_needed and all(one["role"] != role for one in persons) and entry.related_persons.filter(role=role).exists():
        raise InvalidInput(
            "field_required", _("This list requires: %(field)s.") % {"field": field.label}, field=PERSONS
        )
