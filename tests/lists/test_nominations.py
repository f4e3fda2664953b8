"""推荐: who nominates, who decides, what speaks against it, and what each page gives to whom."""

import io
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.uploads import CleanFile, clean_upload
from lists.enums import Disclosure, DocumentType, EntryState, NominationState, NominatorKind, SubjectKind
from lists.models import Entry, EntryDocument, Nomination, NominationMove, Subject, SubjectCode
from lists.services.nominations import accept_nomination, decline_nomination, doubts_about, nominate
from lists.services.synthetic import citizen_number, company_name, uscc
from tests.cast import Cast, make_user, publish_one
from tests.lists.browser import signed_in
from tests.lists.steps import succeed


def party(seed: int = 1, **given: Any) -> dict[str, Any]:
    random = Random(seed)
    return {
        "nominator_kind": NominatorKind.UNIT,
        "nominator": "",
        "kind": SubjectKind.LEGAL_PERSON,
        "name": company_name(random),
        "code": uscc(random),
        "merits": "连续三年无失信记录，捐资助学。",
        **given,
    }


def person(seed: int = 1, **given: Any) -> dict[str, Any]:
    named = {"kind": SubjectKind.NATURAL_PERSON, "name": "王好人", "code": "", "document_type": DocumentType.CITIZEN}
    return party(seed, **{**named, "number": citizen_number(Random(seed)), **given})


def decision(**given: Any) -> dict[str, Any]:
    today = clock.today()
    return {
        "basis": "测试法第一条",
        "document_number": "测〔2026〕9号",
        "document_on": today,
        "decided_on": today,
        "grounds": "诚信典型",
        **given,
    }


def pdf() -> CleanFile:
    buffer = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(buffer)
    buffer.seek(0)
    return clean_upload(buffer)


Make = Callable[..., Nomination]


@pytest.fixture
def make(cast: Cast) -> Make:
    def nomination(
        seed: int = 1, *, who: str = "finance_clerk", document: CleanFile | None = None, **given: Any
    ) -> Any:
        return nominate(credit_list=cast.red, values=party(seed, **given), by=cast.actor(who), document=document)

    return nomination


class TestNominating:
    def test_any_units_clerk_may_and_it_waits_for_the_initiating_unit(self, cast: Cast, make: Make) -> None:
        made = make()
        assert (made.state, made.nominator, made.unit) == (NominationState.OPEN, cast.finance.name, cast.finance)
        assert list(Nomination.objects.to_decide(cast.actor("clerk"))) == [made]
        assert not Nomination.objects.to_decide(cast.actor("transport_clerk")).exists()
        assert NominationMove.objects.filter(of=made, name="nominate", by=cast.finance_clerk).count() == 1

    @pytest.mark.parametrize("kind", [NominatorKind.ASSOCIATION, NominatorKind.MEDIA])
    def test_on_behalf_of_others_with_their_name(self, make: Make, kind: NominatorKind) -> None:
        assert make(nominator_kind=kind, nominator="测试商会").nominator == "测试商会"

    def test_the_number_of_a_person_is_sealed(self, cast: Cast) -> None:
        values = person()
        made = nominate(credit_list=cast.red, values=values, by=cast.actor("finance_clerk"))
        assert crypto.unseal(made.sealed_number) == values["number"]
        assert values["number"] not in (made.sealed_number, made.masked_number, made.number_index, made.code)

    def refused(self, code: str, cast: Cast, values: dict[str, Any], **given: Any) -> None:
        call = {"credit_list": cast.red, "by": cast.actor("finance_clerk"), **given}
        with pytest.raises(DomainError) as refusal:
            nominate(values=values, **call)
        assert refusal.value.code == code

    def test_a_reviewer_may_not(self, cast: Cast) -> None:
        self.refused("act_not_allowed", cast, party(), by=cast.actor("reviewer"))

    def test_a_person_without_a_unit_may_not(self, cast: Cast) -> None:
        from jinan_credit.accounts.actors import actor_of

        self.refused("person_needed", cast, party(), by=actor_of(make_user("unitless", None, Role.CLERK)))

    def test_for_a_black_list_nobody_is_nominated(self, cast: Cast) -> None:
        self.refused("not_a_red_list", cast, party(), credit_list=cast.black)

    def test_an_association_has_a_name(self, cast: Cast) -> None:
        self.refused("nominator_missing", cast, party(nominator_kind=NominatorKind.ASSOCIATION, nominator=" "))

    def test_merits_are_needed(self, cast: Cast) -> None:
        self.refused("merits_missing", cast, party(merits=" "))

    def test_a_party_is_nominated_once_at_a_time(self, cast: Cast, make: Make) -> None:
        first = make()
        self.refused("nomination_open", cast, party())
        decline_nomination(nomination=first, by=cast.actor("clerk"), reason="事迹不足")
        make()
        values = person(5)
        nominate(credit_list=cast.red, values=values, by=cast.actor("finance_clerk"))
        self.refused("nomination_open", cast, values)


class TestDeciding:
    def test_accepting_drafts_an_entry(self, cast: Cast, make: Make) -> None:
        made = make(document=pdf())
        entry = accept_nomination(nomination=made, values=decision(), by=cast.actor("clerk"))
        made.refresh_from_db()
        assert (made.state, made.entry, made.decided_by) == (NominationState.ACCEPTED, entry, cast.clerk)
        assert (entry.state, entry.credit_list, entry.subject_name) == (EntryState.DRAFT, cast.red, made.name)
        assert entry.subject.code == made.code
        assert EntryDocument.objects.get(entry=entry).sha256 == pdf_hash(made)

    def test_accepting_a_person_unseals_the_number_for_the_subject_alone(self, cast: Cast) -> None:
        values = person()
        made = nominate(credit_list=cast.red, values=values, by=cast.actor("finance_clerk"))
        entry = accept_nomination(nomination=made, values=decision(), by=cast.actor("clerk"))
        assert Subject.objects.with_document(DocumentType.CITIZEN, values["number"]).get() == entry.subject
        assert entry.disclosure != Disclosure.PUBLIC

    def test_the_successor_reads_what_became_of_it(self, cast: Cast, make: Make) -> None:
        nomination = make()
        decline_nomination(nomination=nomination, by=cast.actor("clerk"), reason="不符合条件")
        succeed(nomination.unit, cast.transport)
        assert Nomination.objects.visible_to(cast.actor("transport_clerk")).get() == nomination

    def test_declining_needs_a_reason_and_keeps_it(self, cast: Cast, make: Make) -> None:
        made = make()
        self.refused("reason_missing", decline_nomination, nomination=made, by=cast.actor("clerk"), reason=" ")
        decline_nomination(nomination=made, by=cast.actor("clerk"), reason="事迹不足")
        made.refresh_from_db()
        assert (made.state, made.decided_by) == (NominationState.DECLINED, cast.clerk)
        assert made.moves.get(name="decline").reason == "事迹不足"

    def refused(self, code: str, act: Callable[..., Any], **call: Any) -> None:
        with pytest.raises(DomainError) as refusal:
            act(**call)
        assert refusal.value.code == code

    @pytest.mark.parametrize("who", ["finance_clerk", "stranger", "coordinator"])
    def test_other_units_find_nothing_to_decide(self, cast: Cast, make: Make, who: str) -> None:
        made, by = make(), cast.actor(who)
        self.refused("nomination_not_found", accept_nomination, nomination=made, values=decision(), by=by)
        self.refused("nomination_not_found", decline_nomination, nomination=made, by=by, reason="x")

    def test_a_reviewer_does_not_draft(self, cast: Cast, make: Make) -> None:
        made, by = make(), cast.actor("reviewer")
        self.refused("act_not_allowed", accept_nomination, nomination=made, values=decision(), by=by)
        self.refused("act_not_allowed", decline_nomination, nomination=made, by=by, reason="x")

    def test_nobody_decides_what_he_nominated(self, cast: Cast, make: Make) -> None:
        made, by = make(who="clerk"), cast.actor("clerk")
        self.refused("own_work", accept_nomination, nomination=made, values=decision(), by=by)
        self.refused("own_work", decline_nomination, nomination=made, by=by, reason="x")
        with pytest.raises(Error, match="nomination_is_decided_by_another_person"), transaction.atomic():
            Nomination.objects.update(state=NominationState.DECLINED, decided_by=cast.clerk, decided_at=clock.now())

    def test_what_is_decided_is_not_decided_again(self, cast: Cast, make: Make) -> None:
        made, by = make(), cast.actor("clerk")
        accept_nomination(nomination=made, values=decision(), by=by)
        self.refused("move_not_open", accept_nomination, nomination=made, values=decision(), by=by)
        self.refused("move_not_open", decline_nomination, nomination=made, by=by, reason="x")

    def test_a_refused_draft_leaves_the_nomination_open(self, cast: Cast, make: Make) -> None:
        made = make()
        values = decision(term_to=clock.today().replace(year=clock.today().year + 30))
        self.refused("term_beyond_cap", accept_nomination, nomination=made, values=values, by=cast.actor("clerk"))
        made.refresh_from_db()
        assert made.state == NominationState.OPEN
        assert not Entry.objects.exists()

    def test_accepted_without_an_entry_is_refused_by_the_database(self, cast: Cast, make: Make) -> None:
        make()
        with pytest.raises(Error, match="nomination_accepted_became_a_draft"), transaction.atomic():
            Nomination.objects.update(state=NominationState.ACCEPTED, decided_by=cast.clerk, decided_at=clock.now())


class TestDoubts:
    def test_a_black_listed_party_is_not_accepted(self, cast: Cast, make: Make) -> None:
        black = publish_one(cast)
        made = make(code=black.subject.code)
        assert [doubt.code for doubt in doubts_about(made)] == ["black_listed"]
        with pytest.raises(DomainError) as refusal:
            accept_nomination(nomination=made, values=decision(), by=cast.actor("clerk"))
        assert refusal.value.code == "black_listed"

    def test_nor_one_whose_black_term_begins_later(self, cast: Cast, make: Make) -> None:
        begins = clock.today() + timedelta(days=1)
        black = publish_one(cast, term_from=begins, term_to=begins)
        assert [doubt.code for doubt in doubts_about(make(code=black.subject.code))] == ["black_listed"]

    def test_a_party_black_listed_under_another_code_is_not_accepted(self, cast: Cast, make: Make) -> None:
        black = publish_one(cast)
        made = make(code=uscc(Random(41)))
        SubjectCode.objects.create(subject=black.subject, code=made.code)
        assert [doubt.code for doubt in doubts_about(made)] == ["black_listed"]

    def test_who_has_ceased_is_not_accepted(self, cast: Cast, make: Make) -> None:
        made = make()
        Subject.objects.create(kind=made.kind, name=made.name, code=made.code, ceased_on=clock.today())
        with pytest.raises(DomainError) as refusal:
            accept_nomination(nomination=made, values=decision(), by=cast.actor("clerk"))
        assert refusal.value.code == "subject_ceased"

    def test_who_is_on_the_list_already_is_not_accepted(self, cast: Cast, make: Make) -> None:
        red = publish_one(cast, credit_list=cast.red, dishonesty_class="")
        made = make(code=red.subject.code)
        with pytest.raises(DomainError) as refusal:
            accept_nomination(nomination=made, values=decision(), by=cast.actor("clerk"))
        assert refusal.value.code == "already_listed"

    def test_nominating_tells_a_stranger_nothing_that_is_not_public(self, cast: Cast) -> None:
        values = person(3)
        subject = {name: values[name] for name in ("kind", "name", "document_type", "number")}
        publish_one(cast, seed=3, representative="", **{**subject, "code": None})
        hidden = publish_one(cast, seed=4, disclosure=Disclosure.GOVERNMENT)
        shown = publish_one(cast, seed=5)
        stranger = cast.actor("stranger")
        told = {
            name: [doubt.code for doubt in doubts_about(one, stranger)]
            for name, one in {
                "person": nominate(credit_list=cast.red, values=values, by=stranger),
                "hidden": nominate(credit_list=cast.red, values=party(code=hidden.subject.code), by=stranger),
                "shown": nominate(credit_list=cast.red, values=party(code=shown.subject.code), by=stranger),
            }.items()
        }
        assert told == {"person": [], "hidden": [], "shown": ["black_listed"]}
        for one in Nomination.objects.all():
            assert [doubt.code for doubt in doubts_about(one, cast.actor("clerk"))] == ["black_listed"]


def typed(cast: Cast, **given: Any) -> dict[str, Any]:
    return {**party(), "credit_list": cast.red.code, **given}


class TestPages:
    def test_ask_for_a_signed_in_person(self, client: Client, make: Make) -> None:
        made = make(document=pdf())
        for page in (
            reverse("nominations"),
            reverse("nomination_new"),
            *(reverse(name, args=[made.pk]) for name in ("nomination", "nomination_accept", "nomination_document")),
        ):
            assert client.get(page)["Location"].startswith(reverse("account_login"))

    def test_are_there_for_who_made_it_and_who_decides_it(self, cast: Cast, make: Make) -> None:
        made = make(document=pdf())
        page, document = (reverse(name, args=[made.pk]) for name in ("nomination", "nomination_document"))
        for who in (cast.finance_clerk, cast.clerk, cast.reviewer):
            assert signed_in(who).get(page).status_code == 200
            answer = signed_in(who).get(document)
            assert answer.status_code == 200
            assert answer.getvalue().startswith(b"%PDF")
            assert made.name in signed_in(who).get(reverse("nominations")).content.decode()
        for who in (cast.transport_clerk, cast.stranger):
            client = signed_in(who)
            for one in (page, document, reverse("nomination_accept", args=[made.pk])):
                assert client.get(one).status_code == 404
            assert client.post(page, {"move": "decline", "reason": "x"}).status_code == 404
            assert made.name not in client.get(reverse("nominations")).content.decode()
        nominator = signed_in(cast.finance_clerk)
        assert nominator.get(reverse("nomination_accept", args=[made.pk])).status_code == 404
        assert nominator.post(page, {"move": "decline", "reason": "x"}).status_code == 404
        made.refresh_from_db()
        assert made.state == NominationState.OPEN

    def test_from_the_form_to_the_draft(self, cast: Cast) -> None:
        nominator, clerk = signed_in(cast.finance_clerk), signed_in(cast.clerk)
        file = SimpleUploadedFile("事迹.pdf", pdf().content, "application/pdf")
        answer = nominator.post(reverse("nomination_new"), typed(cast, document=file), follow=True)
        assert answer.status_code == 200
        made = Nomination.objects.get()
        assert [counter.count for counter in counters_for(cast.actor("clerk")) if "side=to_decide" in counter.url] == [
            1
        ]
        listed = clerk.get(reverse("nominations"), {"side": "to_decide"}).content.decode()
        assert made.name in listed
        assert (
            reverse("nomination_accept", args=[made.pk])
            in clerk.get(reverse("nomination", args=[made.pk])).content.decode()
        )
        values = {**decision(), "document_on": "2026年11月1日", "decided_on": "2026/11/2"}
        answer = clerk.post(reverse("nomination_accept", args=[made.pk]), values)
        entry = Entry.objects.get()
        assert answer["Location"] == reverse("entry", args=[entry.pk])
        assert clerk.get(reverse("nominations"), {"side": "to_decide"}).content.decode().count(made.name) == 0
        again = clerk.post(reverse("nomination_accept", args=[made.pk]), values)
        assert again.status_code == 409

    def test_declining_by_its_button(self, cast: Cast, make: Make) -> None:
        made = make()
        page = reverse("nomination", args=[made.pk])
        clerk = signed_in(cast.clerk)
        assert clerk.post(page, {"move": "decline", "reason": ""}).status_code == 400
        assert clerk.post(page, {"move": "accept"}).status_code == 404
        assert clerk.post(page, {"move": "decline", "reason": "事迹不足"}).status_code == 302
        assert "事迹不足" in signed_in(cast.finance_clerk).get(page).content.decode()

    @pytest.mark.parametrize(
        ("field", "given"),
        [
            ("credit_list", {"credit_list": "TBLACK"}),
            ("nominator", {"nominator_kind": "MEDIA", "nominator": ""}),
            ("kind", {"kind": "ANONYMOUS"}),
            ("name", {"name": ""}),
            ("code", {"code": "91370100MA3C00000X"}),
            ("code", {"code": ""}),
            ("number", {"number": "123456"}),
            (
                "number",
                {"kind": "NATURAL_PERSON", "code": "", "document_type": "CITIZEN", "number": "370102199001011234"},
            ),
            ("document_type", {"kind": "NATURAL_PERSON", "code": "", "number": "E12345678"}),
            ("number", {"kind": "NATURAL_PERSON", "code": "", "document_type": "CITIZEN", "number": ""}),
            ("code", {"kind": "NATURAL_PERSON", "document_type": "PASSPORT", "number": "E12345678"}),
            ("merits", {"merits": " "}),
        ],
    )
    def test_a_mistake_stands_beside_its_field(self, cast: Cast, field: str, given: dict[str, str]) -> None:
        answer = signed_in(cast.finance_clerk).post(reverse("nomination_new"), typed(cast, **given))
        assert answer.status_code == 400
        assert f'id="id_{field}_error"' in answer.content.decode()
        assert not Nomination.objects.exists()

    def test_a_file_that_is_none_of_the_kinds_is_refused(self, cast: Cast) -> None:
        file = SimpleUploadedFile("x.pdf", b"<html>", "application/pdf")
        answer = signed_in(cast.finance_clerk).post(reverse("nomination_new"), typed(cast, document=file))
        assert answer.status_code == 400
        assert 'id="id_document_error"' in answer.content.decode()

    def test_what_speaks_against_it_is_said(self, cast: Cast, make: Make) -> None:
        black = publish_one(cast)
        client = signed_in(cast.finance_clerk)
        answer = client.post(
            reverse("nomination_new"),
            typed(cast, code=black.subject.code),
            follow=True,
            headers={"Accept-Language": "en"},
        )
        assert "is on a black list" in answer.content.decode()
        made = Nomination.objects.get()
        decider = signed_in(cast.clerk).get(reverse("nomination", args=[made.pk])).content.decode()
        assert reverse("nomination_accept", args=[made.pk]) not in decider

    def test_own_work_is_said_and_not_offered(self, cast: Cast, make: Make) -> None:
        made = make(who="clerk")
        client = signed_in(cast.clerk)
        page = client.get(reverse("nomination", args=[made.pk]), headers={"Accept-Language": "en"}).content.decode()
        assert "You nominated this party yourself" in page
        assert 'value="decline"' not in page
        assert client.get(reverse("nomination_accept", args=[made.pk])).status_code == 409

    def test_the_number_is_masked(self, cast: Cast) -> None:
        values = person()
        made = nominate(credit_list=cast.red, values=values, by=cast.actor("finance_clerk"))
        for page in (reverse("nominations"), reverse("nomination", args=[made.pk])):
            text = signed_in(cast.clerk).get(page).content.decode()
            assert made.masked_number in text
            assert values["number"] not in text

    def test_markup_is_text(self, cast: Cast, make: Make) -> None:
        evil = '"><img src=x onerror=alert(1)>{{7*7}}'
        made = make(name=evil, merits=evil, nominator_kind=NominatorKind.MEDIA, nominator=evil)
        for page in (reverse("nominations"), reverse("nomination", args=[made.pk])):
            assert "<img src=x" not in signed_in(cast.clerk).get(page).content.decode()

    def test_filters(self, cast: Cast, make: Make) -> None:
        first, second = make(1), make(2, who="clerk")
        client = signed_in(cast.clerk)

        def found(**query: str) -> set[str]:
            text = client.get(reverse("nominations"), query).content.decode()
            return {one.name for one in (first, second) if one.name in text}

        assert found() == {first.name, second.name}
        assert found(side="to_decide") == {first.name}
        assert found(side="made") == {second.name}
        assert found(state=NominationState.DECLINED) == set()
        assert found(credit_list=cast.red.code) == {first.name, second.name}

    def test_the_number_of_queries_does_not_grow(self, cast: Cast, make: Make) -> None:
        client = signed_in(cast.clerk)
        counts = []
        seeds = iter(range(1000))
        for more in (1, 9, 30):
            for _n in range(more):
                make(next(seeds))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("nominations"))
            counts.append(len(queries))
        assert len(set(counts)) == 1


def pdf_hash(nomination: Nomination) -> str:
    with nomination.file.open() as kept:
        return CleanFile(kept.read(), nomination.content_type, "pdf").sha256
