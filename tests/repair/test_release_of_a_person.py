"""A related person is repaired: units say what became of their measures on him; those on others go on."""

from random import Random
from typing import Any

import pytest
from django.urls import reverse

from catalog.enums import MeasureObject
from catalog.models import Measure
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError
from lists.enums import ChangeReason, DocumentType, ExitReason, PersonRole, PublicationKind
from lists.models import Entry, Publication, RelatedPerson
from lists.services.removals import remove_entry
from lists.services.synthetic import citizen_number
from repair.services.applications import accept_repair, submit_repair_by_document, verify_repair
from repair.services.decisions import approve_repair
from sanctions.enums import TaskKind, TaskState
from sanctions.models import Execution, UnitTask
from sanctions.selectors.releases import measures_taken, measures_to_lift
from sanctions.services.executions import answer_hit, enforce
from sanctions.services.liftings import Settlement
from sanctions.services.unit_tasks import confirm_release
from tests.cast import Cast
from tests.lists.browser import signed_in
from tests.repair.conftest import PLEA
from tests.sanctions.conftest import organisation, person, screened
from tests.sanctions.test_executions import applied

NUMBERS = [citizen_number(Random(seed)) for seed in (77, 78)]


@pytest.fixture
def reaching(cast: Cast) -> Measure:
    """The finance bureau's measure reaches related persons, too."""
    Measure.objects.filter(pk=cast.ban.pk).update(applies_to=MeasureObject.BOTH)
    return Measure.objects.get(pk=cast.ban.pk)


@pytest.fixture
def named(entry: Entry) -> list[RelatedPerson]:
    return [
        RelatedPerson.objects.create(
            entry=entry,
            role=PersonRole.PRINCIPAL,
            name=f"负责人{place}",
            document_type=DocumentType.CITIZEN,
            sealed_number=crypto.seal(number),
            masked_number="******",
            number_index=crypto.blind_index(DocumentType.CITIZEN, number),
        )
        for place, number in enumerate(NUMBERS)
    ]


def repaired(cast: Cast, entry: Entry, number: str) -> Publication:
    case = submit_repair_by_document(
        credit_list=entry.credit_list,
        document_number=entry.document_number,
        applicant=Applicant("本人", Relation.RELATED_PERSON, number, "0531-00000000"),
        plea=PLEA,
        by=SYSTEM,
    ).application
    accept_repair(application=case, by=cast.actor("clerk"))
    verify_repair(application=case, by=cast.actor("clerk"), reason="已整改")
    approve_repair(application=case, by=cast.actor("reviewer"), reason="同意")
    return Publication.objects.filter(
        kind=PublicationKind.CORRECTION, change_reason=ChangeReason.PERSON_REPAIRED
    ).latest("pk")


def on_him(cast: Cast, number: str) -> Execution:
    hit = screened(person(number), cast.actor("finance_clerk")).hits.get()
    return answer_hit(hit=hit, report=applied(cast.ban), by=cast.actor("finance_clerk"))


def release(cast: Cast, publication: Publication) -> UnitTask:
    return UnitTask.objects.get(unit=cast.finance, publication=publication)


def asked(task: UnitTask) -> set[int]:
    return set(measures_to_lift(task).values_list("execution", flat=True))


def lifted(execution: Execution) -> Settlement:
    return Settlement(execution.pk, execution.measures.get().pk, lifted_on=clock.today())


def stays(execution: Execution) -> Settlement:
    return Settlement(execution.pk, execution.measures.get().pk, reason="系对该企业采取")


def test_the_units_say_what_became_of_measures_on_him(
    cast: Cast, entry: Entry, reaching: Measure, named: list[RelatedPerson]
) -> None:
    clerk = cast.actor("finance_clerk")
    his, others = on_him(cast, NUMBERS[0]), on_him(cast, NUMBERS[1])
    hit = screened(organisation(str(entry.subject.code)), clerk).hits.get()
    perhaps = answer_hit(hit=hit, report=applied(cast.ban), by=clerk)
    publication = repaired(cast, entry, NUMBERS[0])
    tasks = UnitTask.objects.filter(publication=publication)
    assert set(tasks.values_list("kind", "state")) == {(TaskKind.RELEASE, TaskState.TO_CONFIRM)}
    task = release(cast, publication)
    assert asked(task) == {his.pk, perhaps.pk}
    assert others.pk not in asked(task)
    with pytest.raises(DomainError, check=lambda error: error.code == "measures_not_settled"):
        confirm_release(task=task, by=clerk, settlements=[lifted(his)])
    with pytest.raises(DomainError, check=lambda error: error.code == "measure_not_taken"):
        confirm_release(task=task, by=clerk, settlements=[lifted(others)])
    confirm_release(task=task, by=clerk, settlements=[lifted(his), stays(perhaps)])
    nothing = UnitTask.objects.get(unit=cast.transport, publication=publication)
    assert confirm_release(task=nothing, by=cast.actor("transport_clerk")).state == TaskState.CONFIRMED
    entry.refresh_from_db()
    assert entry.is_in_force


def test_a_measure_on_the_organisation_alone_is_none_of_his(
    cast: Cast, entry: Entry, named: list[RelatedPerson]
) -> None:
    """`applies_to` of the cast's ban is the organisation."""
    enforce(entry=entry, report=applied(cast.ban), by=cast.actor("finance_clerk"))
    task = release(cast, repaired(cast, entry, NUMBERS[0]))
    assert asked(task) == set()
    assert confirm_release(task=task, by=cast.actor("finance_clerk")).state == TaskState.CONFIRMED


def test_each_person_has_a_release_of_his_own_and_the_entry_one_for_the_rest(
    cast: Cast, entry: Entry, reaching: Measure, named: list[RelatedPerson]
) -> None:
    clerk = cast.actor("finance_clerk")
    his, others = on_him(cast, NUMBERS[0]), on_him(cast, NUMBERS[1])
    both = enforce(entry=entry, report=applied(cast.ban), by=clerk)
    first = release(cast, repaired(cast, entry, NUMBERS[0]))
    confirm_release(task=first, by=clerk, settlements=[lifted(his), lifted(both)])
    second = release(cast, repaired(cast, entry, NUMBERS[1]))
    assert asked(second) == {others.pk, both.pk}  # lifted for the one, perhaps not for the other
    first.refresh_from_db()
    assert (asked(first), measures_taken(first).count()) == (set(), 2)
    confirm_release(task=second, by=clerk, settlements=[lifted(others), stays(both)])
    last = remove_entry(
        entry=Entry.objects.get(pk=entry.pk),
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="依据撤销",
    )
    assert asked(release(cast, last)) == {both.pk}


def test_a_hit_on_him_that_is_answered_too_late_opens_his_release_again(
    cast: Cast, entry: Entry, reaching: Measure, named: list[RelatedPerson]
) -> None:
    clerk = cast.actor("finance_clerk")
    his, others = (screened(person(number), clerk).hits.get() for number in NUMBERS)
    task = release(cast, repaired(cast, entry, NUMBERS[0]))
    confirm_release(task=task, by=clerk)
    answer_hit(hit=others, report=applied(cast.ban), by=clerk)
    enforce(entry=entry, report=applied(cast.ban), by=clerk)
    task.refresh_from_db()
    assert task.state == TaskState.CONFIRMED
    late = answer_hit(hit=his, report=applied(cast.ban), by=clerk)
    task.refresh_from_db()
    assert task.state == TaskState.TO_CONFIRM
    assert late.pk in asked(task)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_name_who_was_taken_off(
    cast: Cast, entry: Entry, reaching: Measure, named: list[RelatedPerson], language: str
) -> None:
    his = on_him(cast, NUMBERS[0])
    task = release(cast, repaired(cast, entry, NUMBERS[0]))
    clerk: Any = signed_in(cast.finance_clerk)
    page = clerk.get(reverse("task", args=[task.pk]), headers={"Accept-Language": language})
    assert page.context["persons_off"] == [named[0].name]
    assert named[0].name in page.content.decode()
    assert named[1].name not in page.content.decode()
    form = clerk.get(reverse("task_release", args=[task.pk]), headers={"Accept-Language": language}).content.decode()
    assert f"fate-{measures_to_lift(task).get().pk}" in form
    assert his.entry is not None
    fate = measures_to_lift(task).get().pk
    typed = {f"fate-{fate}": "LIFTED", f"lifted_on-{fate}": clock.today().isoformat()}
    assert clerk.post(reverse("task_release", args=[task.pk]), typed).status_code == 302
    task.refresh_from_db()
    assert task.state == TaskState.CONFIRMED
