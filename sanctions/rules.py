"""What the regulation says about parties, matters and dates; no database."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from jinan_credit.kernel.errors import InvalidInput
from jinan_credit.kernel.identifiers import is_uscc, normalise_code, normalise_text
from lists.enums import DocumentType
from sanctions.enums import PartyKind, ScreeningResult, TaskKind

LIMITS = {TaskKind.SIGN: "sign_wd", TaskKind.RELEASE: "confirm_release_wd", TaskKind.FEEDBACK: "feedback_wd"}
"""The working days that the rules give for each kind of task."""


@dataclass(frozen=True)
class Party:
    """Whom a unit looks up. An organisation has a code, a person a document; a name alone identifies nobody."""

    kind: str
    name: str = ""
    code: str = ""
    document_type: str = ""
    document_number: str = ""

    @property
    def is_person(self) -> bool:
        return self.kind == PartyKind.PERSON

    @property
    def is_identified(self) -> bool:
        return bool(self.code or self.document_number)


@dataclass(frozen=True)
class Matter:
    """The unit's own business in which it looks up the party."""

    name: str
    code: str = ""
    reference: str = ""


def checked_party(party: Party) -> Party:
    """The party in one spelling.

    Refusals (400): `party_missing`, `identifier_of_other_kind`, `code_wrong` (GB 32100), `document_number_wrong`
    (GB 11643).
    """
    party = replace(
        party,
        name=normalise_text(party.name),
        code=normalise_code(party.code),
        document_number=normalise_code(party.document_number),
    )
    if not (party.name or party.is_identified):
        raise InvalidInput("party_missing", _("Give the party's code or document number, or at least a name."))
    return _checked_person(party) if party.is_person else _checked_organisation(party)


def _checked_organisation(party: Party) -> Party:
    if party.document_number:
        raise InvalidInput(
            "identifier_of_other_kind",
            _("An organisation is looked up by its unified social credit code, not by a document number."),
            field="document_number",
        )
    if party.code and not is_uscc(party.code):
        raise InvalidInput(
            "code_wrong", _("This is no valid unified social credit code. Check the 18 characters."), field="code"
        )
    return replace(party, document_type="")


def _checked_person(party: Party) -> Party:
    if party.code:
        raise InvalidInput(
            "identifier_of_other_kind",
            _("A natural person is looked up by document type and number, not by a unified social credit code."),
            field="code",
        )
    if not party.document_number:
        return replace(party, document_type="")
    document_type = party.document_type or DocumentType.CITIZEN
    if fault := DocumentType(document_type).fault_of(party.document_number):
        raise InvalidInput("document_number_wrong", fault, field="document_number")
    return replace(party, document_type=document_type)


MOST_PARTNERS = 20


def party_of_line(line: str) -> Party:
    """A member of a consortium as typed: the code or the citizen number, and after it the name if it is known.

    Refusals: `party_missing` where neither stands first.
    """
    identifier, _space, name = normalise_text(line).partition(" ")
    identifier = normalise_code(identifier)
    if is_uscc(identifier):
        return Party(kind=PartyKind.ORGANISATION, code=identifier, name=name)
    if DocumentType.CITIZEN.takes(identifier):
        return Party(PartyKind.PERSON, name, document_type=DocumentType.CITIZEN, document_number=identifier)
    raise InvalidInput(
        "party_missing",
        _("Each line begins with a unified social credit code or a citizen number: %(line)s") % {"line": line[:60]},
        field="partners",
    )


def result_of_all(results: Iterable[str]) -> str:
    """A consortium counts as listed when one of its members is; it is clear when each of them is (P annex, no. 3)."""
    found = set(results)
    if ScreeningResult.HIT in found:
        return ScreeningResult.HIT
    return ScreeningResult.UNKNOWN if ScreeningResult.UNKNOWN in found else ScreeningResult.CLEAR


def period_end(day: date, months: int) -> date:
    """The last day of the period in which a day lies: of so many calendar months, counted from January."""
    following = (day.year * 12 + day.month - 1) // months * months + months
    return date(following // 12, following % 12 + 1, 1) - timedelta(days=1)


def checked_day(day: date, today: date, field: str) -> date:
    """`day_in_future` (400): what has not happened yet can neither be looked up nor reported."""
    if day > today:
        raise InvalidInput("day_in_future", _("This day lies in the future."), field=field)
    return day
