"""What happens to an entry before the units learn of it: drafted, submitted, returned, discarded."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from catalog.models import RuleProfile
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import User
from jinan_credit.accounts.moves import require_right, write_move
from jinan_credit.kernel import clock, crypto, masking
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from lists.enums import Disclosure, EntryState, PersonRole, SubjectKind
from lists.models import CreditList, Entry, EntryMove, EntryQuerySet, RelatedPerson, Subject
from lists.rules import TermRule
from lists.workflow import ENTRY

_TYPED = ("subject_name", "basis", "document_number", "document_on", "decided_on", "grounds", "facts")


def require_initiator(credit_list: CreditList, by: Actor) -> None:
    """`act_not_allowed`; `not_initiating_unit` unless the actor's unit is one of the list's initiating units."""
    by.require(Act.DRAFT_ENTRIES)
    if not credit_list.is_initiated_by(by):
        raise NotAllowed("not_initiating_unit", _("Only an initiating unit of this list may enter or import entries."))


@transaction.atomic
def draft_entry(*, credit_list: CreditList, values: Mapping[str, Any], by: Actor) -> Entry:
    """Enter one entry by hand.

    `values`: kind, name, code or (document_type, number), basis, document_number, document_on, decided_on,
    grounds; may be left out: term_from, term_to, facts, dishonesty_class, disclosure, representative.
    Refusals: `act_not_allowed`, `not_initiating_unit`, `duplicate` (rule 8), `term_beyond_cap` (rule 5),
    `class_missing`, `person_not_public` (rule 7), `rule_profile_missing`, `value_not_valid`.
    """
    require_initiator(credit_list, by)
    subject = subject_of(values)
    entry = Entry(credit_list=credit_list, unit=by.unit, made_by=by.user, made_by_client=by.client)
    _fill(entry, subject, values)
    entry.save(force_insert=True)
    _set_representative(entry, values.get("representative", ""))
    write_move(EntryMove, entry, "draft", from_state="", to_state=entry.state, by=by, reason="")
    return entry


@transaction.atomic
def revise_draft(*, entry: Entry, values: Mapping[str, Any], by: Actor) -> Entry:
    """Change a draft or a returned entry. Whoever revises it becomes its maker, so he may not review it (rule 4).

    `values` as for `draft_entry`; without `code` and `number` the subject stays. Refusals: `act_not_allowed`,
    `entry_not_found` (another unit's), `entry_not_draft`, and those of `draft_entry`.
    """
    by.require(Act.DRAFT_ENTRIES)
    locked = (
        Entry.objects.select_for_update(of=("self",))
        .select_related("credit_list", "subject")
        .filter(pk=entry.pk, unit=by.unit)
        .first()
    )
    if locked is None:
        raise NotFound("entry_not_found", _("There is no such entry."))
    if locked.state not in (EntryState.DRAFT, EntryState.RETURNED):
        raise DomainError("entry_not_draft", _("This entry is no draft any more. Reload the page to see its state."))
    subject = subject_of(values) if values.get("code") or values.get("number") else locked.subject
    _fill(locked, subject, values)
    locked.made_by, locked.made_by_client = by.user, by.client
    locked.save()
    _set_representative(locked, values.get("representative", ""))
    write_move(EntryMove, locked, "revise", from_state=locked.state, to_state=locked.state, by=by, reason="")
    return locked


def submit_entries(*, entries: EntryQuerySet, by: Actor, reason: str = "") -> int:
    """Hand drafts and returned entries to the reviewer. Refusals: `act_not_allowed`, `nothing_selected`."""
    return _move_many("submit", entries, by=by, reason=reason, submitted_by=by.user)


def return_entries(*, entries: EntryQuerySet, by: Actor, reason: str) -> int:
    """Send entries in review back to the clerk. Refusals: `act_not_allowed`, `reason_missing`, `nothing_selected`."""
    return _move_many("return", entries, by=by, reason=reason)


def discard_entries(*, entries: EntryQuerySet, by: Actor, reason: str) -> int:
    """Give up drafts; their rows and steps stay. Refusals: `act_not_allowed`, `reason_missing`, `nothing_selected`."""
    return _move_many("discard", entries, by=by, reason=reason)


@transaction.atomic
def _move_many(name: str, entries: EntryQuerySet, *, by: Actor, reason: str, submitted_by: User | None = None) -> int:
    """Lock, change and log any number of entries in one statement."""
    move = ENTRY[name]
    require_right(move, by=by, reason=reason)
    mine = entries.filter(unit=by.unit, state__in=move.sources).order_by("pk")
    chosen, parameters = mine.select_for_update(of=("self",)).values_list("pk", "state").query.sql_with_params()
    user, client, unit = (holder.pk if holder else None for holder in (by.user, by.client, by.unit))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH chosen(id, state) AS ({chosen}),
            moved AS (
                UPDATE lists_entry entry
                SET state = %s, submitted_by_id = coalesce(%s, submitted_by_id)
                FROM chosen WHERE entry.id = chosen.id
                RETURNING entry.id, chosen.state
            )
            INSERT INTO lists_entrymove (of_id, name, from_state, to_state, by_id, by_client_id, unit_id, at, reason)
            SELECT id, %s, state, %s, %s, %s, %s, %s, %s FROM moved
            """,
            [
                *parameters,
                move.target,
                submitted_by.pk if submitted_by else None,
                name,
                move.target,
                user,
                client,
                unit,
                clock.now(),
                reason,
            ],
        )
        count = cursor.rowcount
    if not count:
        raise DomainError("nothing_selected", _("None of the selected entries can take this step any more."))
    return int(count)


def subject_of(values: Mapping[str, Any]) -> Subject:
    """The subject with this identifier, made when it is new. A changed name does not rewrite entries (rule 9)."""
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
        subject, _made = Subject.objects.get_or_create(
            code=values["code"], defaults={"kind": values["kind"], "name": values["name"]}
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


def set_term(entry: Entry, rule: TermRule, term_from: Any, term_to: Any) -> None:
    """Give the term its days; `term_beyond_cap` (rule 5), `class_missing` when the rule needs a class."""
    if not entry.dishonesty_class and isinstance(rule.parameters["default_months"], dict):
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


def _fill(entry: Entry, subject: Subject, values: Mapping[str, Any]) -> None:
    """Give an entry its subject and values, checked. Refusals: see `draft_entry`."""
    credit_list = entry.credit_list
    others = _duplicates(credit_list, subject, values["document_number"])
    if not entry._state.adding:
        others = others.exclude(pk=entry.pk)
    if others.exists():
        raise DomainError(
            "duplicate",
            _("This subject is already on this list for this document. Correct that entry instead."),
            field="document_number",
        )
    rule = RuleProfile.objects.for_case(credit_list.term_profile, clock.today())
    entry.subject = subject
    entry.subject_kind = subject.kind
    entry.subject_name = values["name"]
    for name in ("basis", "document_number", "document_on", "decided_on", "grounds"):
        setattr(entry, name, values[name])
    entry.facts = values.get("facts", "")
    entry.dishonesty_class = values.get("dishonesty_class", "")
    entry.term_rule = rule
    entry.disclosure = values.get("disclosure") or default_disclosure(credit_list, subject.kind)
    entry.person_disclosure_basis = credit_list.person_disclosure_basis if subject.is_person else ""
    if subject.is_person and entry.disclosure == Disclosure.PUBLIC and not entry.person_disclosure_basis:
        raise InvalidInput(  # SD art. 20
            "person_not_public", _("A natural person may not be disclosed to the public."), field="disclosure"
        )
    set_term(entry, TermRule(rule.parameters), values.get("term_from"), values.get("term_to"))
    if entry.term_to < entry.term_from:
        raise InvalidInput("value_not_valid", _("The term would end before it begins."), field="term_to")
    try:
        entry.clean_fields(exclude={field.name for field in Entry._meta.fields} - set(_TYPED))
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise InvalidInput("value_not_valid", " ".join(messages), field=name) from error


def _set_representative(entry: Entry, name: str) -> None:
    """The legal representative as at listing: one person or none."""
    known = entry.related_persons.filter(role=PersonRole.LEGAL_REPRESENTATIVE)
    if name and known.filter(name=name).exists():
        return
    known.delete()
    if name:
        RelatedPerson.objects.create(entry=entry, role=PersonRole.LEGAL_REPRESENTATIVE, name=name)


def _duplicates(credit_list: CreditList, subject: Subject, document_number: str) -> EntryQuerySet:
    return Entry.objects.filter(credit_list=credit_list, subject=subject, document_number=document_number).exclude(
        state=EntryState.DISCARDED
    )
