"""The catalogue of lists: the coordinator opens a list and changes what it says. Every change keeps a version."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalog.models import Memorandum, RuleProfile
from catalog.selectors import responsible_units
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput
from jinan_credit.kernel.wording import listed
from lists.enums import ListKind
from lists.models import CreditList
from lists.rules import TermRule
from lists.selectors import ListEffect, cooperating_units, measures_of, subscribing_units
from lists.services.list_versions import content_of, keep_version

_RELATED = ("initiating_units", "sources", "memoranda")
FIELDS = (
    "name",
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
    "repair_documents",
    "no_repair_basis",
    "source",
)
"""What a list says besides its code and kind, which never change: they are in the feed and in every unit's system."""


@transaction.atomic
def create_list(*, values: Mapping[str, Any], by: Actor, reason: str) -> CreditList:
    """Open a list. `values`: code, kind, `FIELDS`, initiating_units, sources and memoranda.

    Refusals: `act_not_allowed`, `reason_missing`, `code_not_valid`, `code_taken`, `field_missing`, `not_of_this_kind`,
    `no_initiating_unit`, `unit_not_active`, `source_initiates`, `no_memorandum`, `no_measures` (rule 2),
    `term_profile_unknown`.
    """
    _require_keeper(by, reason)
    if not re.fullmatch(r"[A-Z][A-Z0-9]{1,31}", values["code"]):
        raise InvalidInput("code_not_valid", _("A code has 2 to 32 capital letters and digits."), field="code")
    if CreditList.objects.filter(code=values["code"]).exists():
        raise DomainError("code_taken", _("Another list has this code."), field="code")
    _check(values["kind"], values)
    credit_list = CreditList(code=values["code"], kind=values["kind"], **{name: values[name] for name in FIELDS})
    try:
        with transaction.atomic():
            credit_list.save(force_insert=True)
    except IntegrityError as error:  # two coordinators at once
        raise DomainError("code_taken", _("Another list has this code."), field="code") from error
    _set_related(credit_list, values)
    keep_version(credit_list, by=by, reason=reason.strip())
    return credit_list


@transaction.atomic
def revise_list(
    *, credit_list: CreditList, values: Mapping[str, Any], by: Actor, reason: str, seen_version: int | None = None
) -> CreditList:
    """Change what a list says from now on; entries keep the version they were listed under.

    `seen_version` is the version that the person had before him. Refusals: those of `create_list` but for the code,
    `nothing_changes`, `changed_meanwhile`.
    """
    _require_keeper(by, reason)
    locked = CreditList.objects.select_for_update(no_key=True).get(pk=credit_list.pk)
    last = locked.versions.first()
    if seen_version is not None and last is not None and last.number != seen_version:
        raise DomainError("changed_meanwhile", _("Someone else changed this list meanwhile. Look again."))
    _check(locked.kind, values)
    before = content_of(locked)
    for name in FIELDS:
        setattr(locked, name, values[name])
    locked.save()
    _set_related(locked, values)
    if content_of(locked) == before:
        raise InvalidInput("nothing_changes", _("Nothing would change. Give at least one other value."))
    keep_version(locked, by=by, reason=reason.strip())
    return locked


def effect_of(credit_list: CreditList | None, kind: str, values: Mapping[str, Any]) -> ListEffect:
    """Which units join the cooperation, and which leave it, when the list says these values. Nothing is written.

    Refusals: those of the values, as `create_list`.
    """
    _check(kind, values)
    measures = measures_of(kind, values["memoranda"], is_serious=values["is_serious"])
    answering = set(responsible_units(measures.prefetch_related(None), clock.today()))
    after = answering - set(values["initiating_units"])
    before, sent = set[Unit](), answering
    if credit_list is not None:
        before, sent = set(cooperating_units(credit_list)), answering | set(subscribing_units(credit_list))
    moved = (after - before, (before - after) & sent, before - after - sent)
    return ListEffect(credit_list, *(_sorted(units) for units in moved))


def _require_keeper(by: Actor, reason: str) -> None:
    by.require(Act.KEEP_CATALOGUE)
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")


def _check(kind: str, values: Mapping[str, Any]) -> None:
    for name in ("name", "legal_basis"):
        if not values[name].strip():
            raise InvalidInput("field_missing", _("This field is required."), field=name)
    _require_object(kind, values)
    _require_initiating_units(values["initiating_units"])
    _require_sources(values)
    _require_measures(kind, values)
    _require_term_profile(values["term_profile"])


def _require_object(kind: str, values: Mapping[str, Any]) -> None:
    """A red list has its object (P §二(一)), a black one its field (P §三(一)); severe measures are for black lists."""
    for name, of_kind in (("red_category", ListKind.RED), ("black_field", ListKind.BLACK)):
        if kind == of_kind and not values[name]:
            raise InvalidInput("field_missing", _("The plan requires this of a list of this kind."), field=name)
        if kind != of_kind and values[name]:
            raise InvalidInput("not_of_this_kind", _("Leave empty for a list of this kind."), field=name)
    if values["is_serious"] and kind != ListKind.BLACK:
        raise InvalidInput("not_of_this_kind", _("Only a black list is one of serious dishonesty."), field="is_serious")


def _require_initiating_units(units: Iterable[Unit]) -> None:
    if not list(units):
        raise InvalidInput("no_initiating_unit", _("Name at least one initiating unit."), field="initiating_units")
    _require_active(units, "initiating_units")


def _require_sources(values: Mapping[str, Any]) -> None:
    """Whoever initiates the list answers for his entries himself."""
    _require_active(values["sources"], "sources")
    if both := {unit.name for unit in values["sources"]} & {unit.name for unit in values["initiating_units"]}:
        raise InvalidInput(
            "source_initiates",
            _("Units that initiate the list are no source besides: %(names)s.") % {"names": listed(sorted(both))},
            field="sources",
        )


def _require_active(units: Iterable[Unit], field: str) -> None:
    wanted = [unit.pk for unit in units]
    active = set(Unit.objects.active(clock.today()).filter(pk__in=wanted).values_list("pk", flat=True))
    if ended := [unit.name for unit in units if unit.pk not in active]:
        raise InvalidInput(
            "unit_not_active",
            _("These units exist no longer: %(names)s. Name their successors.") % {"names": listed(ended)},
            field=field,
        )


def _require_measures(kind: str, values: Mapping[str, Any]) -> None:
    """Rule 2: a list has effect only through measures with a legal basis. A focus list has none to apply."""
    memoranda: list[Memorandum] = list(values["memoranda"])
    if not memoranda:
        raise InvalidInput("no_memorandum", _("Name at least one memorandum."), field="memoranda")
    if kind != ListKind.FOCUS and not measures_of(kind, memoranda, is_serious=values["is_serious"]).exists():
        raise InvalidInput(
            "no_measures",
            _("None of these memoranda has a measure in force, with a legal basis, for a list of this kind."),
            field="memoranda",
        )


def _require_term_profile(code: str) -> None:
    profile = RuleProfile.objects.valid(clock.today()).filter(code=code).first()
    if profile is None or not TermRule(profile.parameters).gives_every_term:
        raise InvalidInput("term_profile_unknown", _("No such term rules are valid today."), field="term_profile")


def _set_related(credit_list: CreditList, values: Mapping[str, Any]) -> None:
    for name in _RELATED:
        getattr(credit_list, name).set(values[name])


def _sorted(units: Iterable[Unit]) -> list[Unit]:
    return sorted(units, key=lambda unit: unit.code)
