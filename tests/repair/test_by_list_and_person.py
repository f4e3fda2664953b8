"""What a list says of repair, what an earlier refusal means, and related persons who apply for themselves."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError
from lists.case_letters import letters_of_case
from lists.enums import ChangeReason, DocumentType, EntryState, Mark, PersonRole, RequiredField
from lists.models import Change, Entry, RelatedPerson
from lists.services.amendments import correct_entry
from lists.services.corrections import PERSONS
from lists.services.entries import draft_entry
from lists.services.related_persons import stored
from lists.services.synthetic import citizen_number
from repair.enums import RepairState
from repair.models import RepairApplication
from repair.selectors import figures_for, hindrance_of
from repair.services.applications import Plea, accept_repair, submit_repair, submit_repair_by_document, verify_repair
from repair.services.decisions import approve_repair, refuse_repair
from sanctions.rules import Party
from sanctions.selectors.findings import find_party
from tests.cast import Cast, company_values
from tests.repair.conftest import PLEA

Bring = Callable[[str], RepairApplication]
NUMBER = citizen_number(Random(77))


@pytest.fixture
def person(entry: Entry) -> RelatedPerson:
    return RelatedPerson.objects.create(
        entry=entry,
        role=PersonRole.LEGAL_REPRESENTATIVE,
        name="张三",
        document_type=DocumentType.CITIZEN,
        sealed_number=crypto.seal(NUMBER),
        masked_number="******",
        number_index=crypto.blind_index(DocumentType.CITIZEN, NUMBER),
    )


def by_document(entry: Entry, identifier: str) -> RepairApplication:
    return submit_repair_by_document(
        credit_list=entry.credit_list,
        document_number=entry.document_number,
        applicant=Applicant("张三", Relation.RELATED_PERSON, identifier, "0531-00000000"),
        plea=PLEA,
        by=SYSTEM,
    ).application


def _refused(case: RepairApplication, cast: Cast, *, is_false: bool) -> None:
    accept_repair(application=case, by=cast.actor("clerk"))
    verify_repair(application=case, by=cast.actor("clerk"), reason="已核实")
    refuse_repair(application=case, by=cast.actor("reviewer"), reason="未整改到位", is_false=is_false)


def test_what_the_law_excludes_is_refused_with_the_law(entry: Entry, applicant: Applicant) -> None:
    entry.credit_list.no_repair_basis = "某法第九条"
    entry.credit_list.save()
    with pytest.raises(DomainError, match="某法第九条") as refused:
        submit_repair(entry=entry, applicant=applicant, plea=PLEA, by=SYSTEM)
    assert refused.value.code == "repair_excluded"


def test_after_a_refusal_it_waits_and_says_until_when(entry: Entry, in_state: Bring, applicant: Applicant) -> None:
    case = in_state(RepairState.REFUSED)
    assert case.again_from == clock.today() + timedelta(days=case.rule_profile["refused_again_days"])
    with pytest.raises(DomainError) as refused:
        submit_repair(entry=entry, applicant=applicant, plea=PLEA, by=SYSTEM)
    assert (refused.value.code, refused.value.details) == (
        "repair_refused_before",
        {"until": case.again_from.isoformat()},
    )
    with time_machine.travel(clock.now() + timedelta(days=case.rule_profile["refused_again_days"]), tick=False):
        assert submit_repair(entry=entry, applicant=applicant, plea=PLEA, by=SYSTEM).application.is_open


def test_the_public_page_says_nothing_of_an_earlier_refusal(entry: Entry, in_state: Bring) -> None:
    in_state(RepairState.REFUSED)
    assert hindrance_of(entry) is None


def test_the_list_names_its_documents(entry: Entry, applicant: Applicant, client: Client) -> None:
    entry.credit_list.repair_documents = ["完税证明", "整改报告"]
    entry.credit_list.save()
    plea = Plea("已缴清", "凭证", "承诺", enclosed=("整改报告",))
    case = submit_repair(entry=entry, applicant=applicant, plea=plea, by=SYSTEM).application
    assert case.documents == [
        {"name": "完税证明", "is_enclosed": False},
        {"name": "整改报告", "is_enclosed": True},
    ]


def test_the_check_page_asks_for_them(entry: Entry, client: Client) -> None:
    typed = {
        "applicant_name": "测试企业", "relation": "SELF", "identifier": entry.subject.code, "contact": "0531-1",
        "statement": "已缴清", "evidence_note": "凭证", "promise": "on",
    }  # fmt: skip
    page = f"{reverse('repair_new')}?entry={entry.pk}"
    needed = "已履行义务、纠正失信行为的证明"
    assert needed in client.post(page, typed).content.decode()
    client.post(page, {**typed, "step": "send", "documents": [needed]})
    documents = RepairApplication.objects.get().documents
    assert [one["name"] for one in documents if one["is_enclosed"]] == [needed]


class TestRelatedPerson:
    def test_he_is_taken_off_the_entry_which_stays(self, cast: Cast, entry: Entry, person: RelatedPerson) -> None:
        case = by_document(entry, NUMBER)
        assert (case.entry, case.person_index) == (entry, person.number_index)
        accept_repair(application=case, by=cast.actor("clerk"))
        verify_repair(application=case, by=cast.actor("clerk"), reason="已整改")
        approve_repair(application=case, by=cast.actor("reviewer"), reason="同意")
        entry.refresh_from_db()
        assert (entry.state, entry.marks) == (EntryState.PUBLISHED, [])
        assert not entry.related_persons.filter(number_index=person.number_index).exists()
        told = Change.objects.filter(entry=entry).order_by("-version").values_list("reason", flat=True)
        assert ChangeReason.PERSON_REPAIRED in told
        party = Party("PERSON", document_type=DocumentType.CITIZEN, document_number=NUMBER)
        assert find_party(party, [entry.credit_list_id]) == []
        assert letters_of_case(case.receipt_number)[-1].said["decision"] == "APPROVE_PERSON"

    def test_he_is_taken_off_a_list_that_requires_him(self, cast: Cast, entry: Entry, person: RelatedPerson) -> None:
        """The law's way out goes before the list's form; new listings and other corrections still need him."""
        entry.credit_list.required_fields = [RequiredField.REPRESENTATIVE]
        entry.credit_list.save()
        entry.related_persons.exclude(pk=person.pk).delete()
        other = RelatedPerson.objects.create(entry=entry, role=PersonRole.PRINCIPAL, name="李四")
        clerk, reviewer = cast.actor("clerk"), cast.actor("reviewer")
        correct = {"entry": entry, "made_by": cast.clerk, "by": reviewer, "reason": "更正"}
        with pytest.raises(DomainError, check=lambda error: error.code == "field_required"):
            correct_entry(new_values={PERSONS: [stored(other)]}, **correct)
        case = by_document(entry, NUMBER)
        accept_repair(application=case, by=clerk)
        verify_repair(application=case, by=clerk, reason="已整改")
        approve_repair(application=case, by=reviewer, reason="同意")
        assert list(entry.related_persons.values_list("name", flat=True)) == ["李四"]
        correct_entry(new_values={"grounds": "另一事由"}, **correct)
        correct_entry(new_values={PERSONS: [{**stored(other), "name": "李四四"}]}, **correct)
        assert entry.related_persons.get().name == "李四四"
        values = company_values(Random(9), representative="")
        with pytest.raises(DomainError, check=lambda error: error.code == "field_required"):
            draft_entry(credit_list=entry.credit_list, values=values, by=clerk)

    @pytest.mark.parametrize("is_false", [False, True])
    def test_what_was_refused_to_him_is_not_refused_to_the_party(
        self, cast: Cast, entry: Entry, person: RelatedPerson, applicant: Applicant, is_false: bool
    ) -> None:
        _refused(by_document(entry, NUMBER), cast, is_false=is_false)
        party = submit_repair(entry=entry, applicant=applicant, plea=PLEA, by=SYSTEM).application
        assert accept_repair(application=party, by=cast.actor("clerk")).state == RepairState.ACCEPTED
        again = by_document(entry, NUMBER)
        code = "repair_barred" if is_false else "repair_refused_before"
        with pytest.raises(DomainError, check=lambda error: error.code == code):
            accept_repair(application=again, by=cast.actor("clerk"))

    @pytest.mark.parametrize("is_false", [False, True])
    def test_what_was_refused_to_the_party_is_not_refused_to_him(
        self, cast: Cast, entry: Entry, person: RelatedPerson, applicant: Applicant, is_false: bool
    ) -> None:
        party = submit_repair(entry=entry, applicant=applicant, plea=PLEA, by=SYSTEM).application
        _refused(party, cast, is_false=is_false)
        own = accept_repair(application=by_document(entry, NUMBER), by=cast.actor("clerk"))
        assert own.state == RepairState.ACCEPTED

    def test_while_it_is_open_the_entry_is_marked(self, cast: Cast, entry: Entry, person: RelatedPerson) -> None:
        case = by_document(entry, NUMBER)
        accept_repair(application=case, by=cast.actor("clerk"))
        entry.refresh_from_db()
        assert entry.marks == [Mark.REPAIR_OPEN]

    def test_who_is_not_named_any_more_is_said(self, cast: Cast, entry: Entry, person: RelatedPerson) -> None:
        case = by_document(entry, NUMBER)
        accept_repair(application=case, by=cast.actor("clerk"))
        verify_repair(application=case, by=cast.actor("clerk"), reason="已整改")
        person.delete()
        with pytest.raises(DomainError) as refused:
            approve_repair(application=case, by=cast.actor("reviewer"), reason="同意")
        assert refused.value.code == "person_not_named"

    def test_nobody_learns_who_is_named(self, entry: Entry, person: RelatedPerson, client: Client) -> None:
        """The receipt for a person who is named is that for one who is not."""
        pages = []
        for number in (NUMBER, citizen_number(Random(78))):
            typed: dict[str, Any] = {
                "applicant_name": "张三", "relation": "RELATED_PERSON", "identifier": number, "contact": "0531-1",
                "statement": "已缴清", "evidence_note": "凭证", "promise": "on",
                "credit_list": entry.credit_list_id, "document_number": entry.document_number, "step": "send",
            }  # fmt: skip
            answer = client.post(reverse("repair_new"), typed)
            pages.append((answer.status_code, answer["Location"]))
        assert pages[0] == pages[1] == (302, reverse("repair_received"))


def test_the_figures_of_the_year(cast: Cast, in_state: Bring) -> None:
    in_state(RepairState.APPROVED)
    figures = figures_for(cast.actor("clerk"), clock.today().year)
    assert (figures.received, figures.decided, figures.in_time, figures.approved) == (1, 1, 1, 1)
    assert figures.median_wd == 0
    assert figures_for(cast.actor("finance_clerk"), clock.today().year).received == 0


def test_not_to_be_accepted_is_a_decision_too(cast: Cast, in_state: Bring) -> None:
    case = in_state(RepairState.NOT_ACCEPTED)
    figures = figures_for(cast.actor("clerk"), clock.today().year)
    assert (figures.received, figures.decided, figures.in_time, figures.approved) == (1, 1, 1, 0)
    RepairApplication.objects.filter(pk=case.pk).update(accept_due_on=clock.today() - timedelta(days=1))
    assert figures_for(cast.actor("clerk"), clock.today().year).in_time == 0
