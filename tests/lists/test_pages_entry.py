"""The page of one entry and its forms: what it shows to whom, where a form leads, what it refuses beside its field."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jinan_credit.kernel import clock
from lists.enums import (
    DocumentKind,
    EntryState,
    ExitReason,
    Mark,
    ProposalKind,
    ProposalState,
    RequiredField,
    SubjectKind,
)
from lists.models import (
    DefenceStatement,
    Entry,
    EntryDocument,
    EntryMove,
    EntryProposal,
    Notice,
    NumberReveal,
    RelatedPerson,
    SubjectCode,
    SubjectName,
)
from lists.services.amendments import mark_entry
from lists.services.entries import draft_entry, revise_draft, submit_entries
from lists.services.orders import Order
from lists.services.proposals import approve_proposal, propose_correction, propose_removal, propose_stay
from lists.services.synthetic import citizen_number
from sanctions.models import UnitTask
from tests.cast import Cast, company_values, publish_one
from tests.lists.browser import signed_in
from tests.lists.steps import draft
from tests.lists.test_documents import picture

TODAY = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
NUMBER = citizen_number(Random(1))
ORDER = {"order_number": "（2026）鲁行复9号", "order_by": "测试复议机关", "order_on": "2026-11-20", "reason": "见文书"}


@pytest.fixture(autouse=True)
def on_a_working_day(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(TODAY, tick=False):
        yield


def page(entry: Entry) -> str:
    return reverse("entry", args=[entry.pk])


def at(name: str, entry: Entry, *more: int) -> str:
    return reverse(name, args=[entry.pk, *more])


def shown(client: Client, entry: Entry) -> str:
    return client.get(page(entry)).content.decode()


def form_values(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send when nothing is changed."""
    form = client.get(address).context["form"]
    parts = [form, form.persons.management_form, *form.persons.forms]
    values = {part.add_prefix(name): part[name].value() for part in parts for name in part.fields}
    return {name: "" if value is None else value for name, value in values.items()}


def stayed(cast: Cast, entry: Entry) -> Entry:
    order = Order("（2026）鲁行复9号", "测试复议机关", clock.today())
    proposal = propose_stay(entry=entry, order=order, by=cast.actor("clerk"), reason="停止执行")
    approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    return Entry.objects.get(pk=entry.pk)


# What is shown ---------------------------------------------------------------------------------------------------


def test_the_page_says_the_term_with_its_rule_and_the_days_it_gives(cast: Cast) -> None:
    entry = publish_one(cast)
    answer = signed_in(cast.clerk).get(page(entry))
    text = answer.content.decode()
    term = answer.context["term"]
    for day in (term.term_from, term.term_to, term.cap_on, term.repairable_on, term.purge_on):
        assert f'<time datetime="{day}"' in text
    assert term.rule.title in text
    assert term.rule.legal_basis in text
    assert term.disclosure_rule.legal_basis in text
    assert reverse("credit_list_version", args=[cast.black.code, entry.list_version.number]) in text


def test_a_draft_whose_term_is_long_over_can_be_looked_at_and_corrected(cast: Cast) -> None:
    day = date(1998, 5, 4)  # before the first year whose holiday plan is known
    values = company_values(Random(1), document_on=day, decided_on=day)
    entry = draft_entry(credit_list=cast.black, values=values, by=cast.actor("clerk"))
    assert signed_in(cast.clerk).get(reverse("entry", args=[entry.pk])).status_code == 200


def test_who_has_left_the_list_is_not_told_when_repair_is_possible(cast: Cast) -> None:
    entry = publish_one(cast)
    assert "可申请修复日期" in _term_card(signed_in(cast.clerk).get(page(entry)))
    proposal = propose_removal(
        entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, by=cast.actor("clerk"), reason="误列"
    )
    approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    assert "可申请修复日期" not in _term_card(signed_in(cast.clerk).get(page(entry)))


def _term_card(answer: Any) -> str:
    text: str = answer.content.decode()
    return text[text.index('id="term"') :].partition("</section>")[0]


def test_the_effect_is_said_in_words_in_every_state(cast: Cast) -> None:
    entry, clerk = publish_one(cast), signed_in(cast.clerk)
    words = {clerk.get(page(draft(cast, 9))).context["effect_words"], clerk.get(page(entry)).context["effect_words"]}
    tomorrow = clock.today() + timedelta(days=1)
    later = publish_one(cast, seed=2, term_from=tomorrow, term_to=tomorrow)
    words.add(clerk.get(page(later)).context["effect_words"])
    entry = stayed(cast, entry)
    words.add(clerk.get(page(entry)).context["effect_words"])
    assert "测试复议机关" in clerk.get(page(entry)).context["effect_words"]
    proposal = propose_removal(
        entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, by=cast.actor("clerk"), reason="误列"
    )
    approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    words.add(clerk.get(page(entry)).context["effect_words"])
    assert len(words) == 5


def test_the_timeline_is_complete_for_the_unit_and_public_for_others(cast: Cast) -> None:
    entry = publish_one(cast)
    propose_correction(entry=entry, new_values={"grounds": "另一事由"}, by=cast.actor("clerk"), reason="内部讨论")
    EntryDocument.objects.create(
        entry=entry,
        kind=DocumentKind.EVIDENCE,
        title="内部证据",
        file="x",
        content_type="image/png",
        size=1,
        sha256="1" * 64,
        added_by=cast.clerk,
        added_at=clock.now(),
    )
    own = shown(signed_in(cast.reviewer), entry)
    foreign = shown(signed_in(cast.finance_clerk), entry)
    for inner in ("内部讨论", "内部证据"):
        assert inner in own
        assert inner not in foreign
    assert len(signed_in(cast.finance_clerk).get(page(entry)).context["timeline"].lines) == 1
    assert reverse("proposal", args=[EntryProposal.objects.get().pk]) not in shown(signed_in(cast.coordinator), entry)


def test_tasks_of_all_units_are_seen_by_the_deciding_unit_and_oversight_alone(cast: Cast) -> None:
    entry = publish_one(cast)
    finance, transport = (UnitTask.objects.get(unit=unit) for unit in (cast.finance, cast.transport))

    def rows(user: Any) -> list[Any]:
        panels = signed_in(user).get(page(entry)).context["panels"]
        (panel,) = [one for one in panels if one.template == "sanctions/panel_entry_tasks.html"]
        return [row.task for row in panel.context["rows"]]

    assert set(rows(cast.clerk)) == set(rows(cast.coordinator)) == {finance, transport}
    assert rows(cast.finance_clerk) == [finance]
    assert rows(cast.transport_clerk) == [transport]


def test_any_two_versions_are_compared_also_in_what_the_units_are_not_told(cast: Cast) -> None:
    entry, clerk = publish_one(cast), signed_in(cast.clerk)
    for values in ({"facts": "第二版事实"}, {"grounds": "第三版事由"}):
        proposal = propose_correction(
            entry=Entry.objects.get(pk=entry.pk), new_values=values, by=cast.actor("clerk"), reason="更正"
        )
        approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    entry = stayed(cast, Entry.objects.get(pk=entry.pk))

    def changed(query: str) -> list[tuple[str, str]]:
        versions = clerk.get(f"{page(entry)}?{query}").context["versions"]
        return [(line.old, line.new) for line in versions.lines if line.differs]

    assert changed("old=1&new=2") == [("测试事实", "第二版事实")]
    assert changed("old=1&new=3") == [("测试事由", "第三版事由"), ("测试事实", "第二版事实")]
    assert len(changed("")) == 1, "the stay changes the state alone"
    assert changed("old=x&new=99")


@pytest.mark.parametrize("what", ["moves", "documents", "marks"])
def test_queries_do_not_grow_with_the_history(cast: Cast, what: str) -> None:
    entry = publish_one(cast)
    client, costs, made = signed_in(cast.clerk), [], 0
    for count in (1, 10, 100):
        while made < count:
            made += 1
            _grow(cast, entry, what, made)
        client.get(page(entry))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(entry)).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] == costs[2], costs
    assert costs[0] < 60, costs


def _grow(cast: Cast, entry: Entry, what: str, number: int) -> None:
    if what == "moves":
        EntryMove.objects.create(
            of=entry,
            name="revise",
            from_state=entry.state,
            to_state=entry.state,
            by=cast.clerk,
            unit=cast.court,
            at=clock.now(),
        )
    elif what == "documents":
        EntryDocument.objects.create(
            entry=entry,
            title=str(number),
            file="x",
            content_type="image/png",
            size=1,
            sha256=f"{number:064}",
            added_by=cast.clerk,
            added_at=clock.now(),
        )
    else:
        mark, reason = Mark.OBJECTION_OPEN, "OBJECTION_OPENED"
        if number % 2:
            mark_entry(entry=entry, mark=mark, change_reason=reason, by=cast.actor("clerk"))  # type: ignore[arg-type]
        else:
            from lists.services.amendments import unmark_entry

            unmark_entry(entry=entry, mark=mark, change_reason=reason, by=cast.actor("clerk"))  # type: ignore[arg-type]


# Numbers ---------------------------------------------------------------------------------------------------------


def test_a_related_persons_number_is_shown_once_with_a_reason_and_logged(cast: Cast) -> None:
    person = {"role": "ACTUAL_CONTROLLER", "name": "测某", "document_type": "CITIZEN", "number": NUMBER}
    entry = publish_one(cast, related_persons=[person])
    kept = RelatedPerson.objects.get(name="测某")
    reveal, clerk = at("entry_person_number", entry, kept.pk), signed_in(cast.clerk)
    assert NUMBER not in shown(clerk, entry)
    assert clerk.post(reveal, {"reason": " "}).status_code == 400
    answer = clerk.post(reveal, {"reason": "核对身份"}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert NUMBER in text
    assert 'data-hide-after="60"' in text
    assert "data-hide-now" in text
    assert "no-store" in answer["Cache-Control"]
    logged = NumberReveal.objects.get()
    assert (logged.person_id, logged.subject_id, logged.by, logged.reason) == (
        kept.pk,
        entry.subject_id,
        cast.clerk,
        "核对身份",
    )
    other = publish_one(cast, seed=2)
    assert clerk.post(at("entry_person_number", other, kept.pk), {"reason": "x"}).status_code == 404
    representative = entry.related_persons.exclude(pk=kept.pk).get()
    assert clerk.post(at("entry_person_number", entry, representative.pk), {"reason": "x"}).status_code == 400
    assert signed_in(cast.stranger).post(reveal, {"reason": "x"}).status_code == 404
    assert NumberReveal.objects.count() == 1


# Drafts ----------------------------------------------------------------------------------------------------------


def test_related_persons_are_kept_and_rows_are_added_without_losing_what_was_typed(cast: Cast) -> None:
    entry, clerk = draft(cast), signed_in(cast.clerk)
    edit = at("entry_edit", entry)
    values = form_values(clerk, edit)
    assert values["person-TOTAL_FORMS"] == 3
    typed = {"person-0-role": "PRINCIPAL", "person-0-name": "测一", "grounds": ""}
    more = clerk.post(edit, {**values, **typed, "more_persons": "1"})
    assert more.status_code == 200
    assert len(more.context["form"].persons.forms) == 6
    assert "测一" in more.content.decode()
    assert not more.context["form"].errors
    typed = {
        **typed,
        "grounds": "测试事由",
        "person-TOTAL_FORMS": "6",
        "person-5-role": "ACTUAL_CONTROLLER",
        "person-5-name": "测二",
        "person-5-document_type": "CITIZEN",
        "person-5-number": NUMBER,
    }
    assert clerk.post(edit, {**values, **typed}).status_code == 302
    names = set(entry.related_persons.values_list("role", "name"))
    assert {("PRINCIPAL", "测一"), ("ACTUAL_CONTROLLER", "测二")} < names
    assert len(names) == 3

    again = form_values(clerk, edit)
    assert NUMBER not in str(again)
    assert clerk.post(edit, again).status_code == 302
    kept = entry.related_persons.get(name="测二")
    assert kept.masked_number.endswith(NUMBER[-4:])


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"person-0-name": "测一"}, "role"),
        ({"person-0-role": "PRINCIPAL"}, "name"),
        ({"person-0-role": "PRINCIPAL", "person-0-name": "测一", "person-0-number": NUMBER}, "document_type"),
        (
            {
                "person-0-role": "PRINCIPAL",
                "person-0-name": "测一",
                "person-0-document_type": "CITIZEN",
                "person-0-number": "379999199003072317",
            },
            "number",
        ),
        ({"person-0-role": "PRINCIPAL", "person-0-name": "测一", "person-0-document_type": "PASSPORT"}, "number"),
    ],
)
def test_a_wrong_related_person_is_refused_beside_the_field(cast: Cast, typed: dict[str, str], field: str) -> None:
    entry, clerk = draft(cast), signed_in(cast.clerk)
    edit = at("entry_edit", entry)
    answer = clerk.post(edit, {**form_values(clerk, edit), **typed})
    assert answer.status_code == 400
    assert set(answer.context["form"].persons.forms[0].errors) == {field}
    assert f"id_person-0-{field}_error" in answer.content.decode()
    assert entry.related_persons.count() == 1


def test_what_the_list_requires_is_marked_and_asked_for(cast: Cast) -> None:
    cast.black.required_fields = [RequiredField.FACTS, RequiredField.REPRESENTATIVE, RequiredField.TERM_TO]
    cast.black.save()
    clerk = signed_in(cast.clerk)
    address = f"{reverse('entry_new')}?credit_list={cast.black.code}"
    form = clerk.get(address).context["form"]
    assert form.fields["facts"].required
    assert form.fields["term_to"].required
    values = {
        **form_values(clerk, address),
        **{name: str(value) for name, value in company_values(Random(1)).items()},
        "facts": "",
        "representative": "",
    }
    answer = clerk.post(address, values)
    assert set(answer.context["form"].errors) == {"facts", "representative", "term_to"}
    given = {"facts": "事实", "representative": "测某", "term_to": "２０２７年１月１日"}
    assert clerk.post(address, {**values, **given}).status_code == 302
    assert str(Entry.objects.get().term_to) == "2027-01-01"


@pytest.mark.parametrize("kind", ["SIMPLE_PENALTY", "REMEDIED_PENALTY"])
def test_a_minor_penalty_is_refused_as_the_basis(cast: Cast, kind: str) -> None:
    entry, clerk = draft(cast), signed_in(cast.clerk)
    edit = at("entry_edit", entry)
    answer = clerk.post(edit, {**form_values(clerk, edit), "basis_kind": kind})
    assert set(answer.context["form"].errors) == {"basis_kind"}


def test_a_conflict_of_edits_shows_the_others_change_and_keeps_what_was_typed(cast: Cast) -> None:
    entry, clerk = draft(cast), signed_in(cast.clerk)
    edit = at("entry_edit", entry)
    values = form_values(clerk, edit)
    other = company_values(Random(1), grounds="他人所写", code=entry.subject.code)
    revise_draft(entry=entry, values=other, by=cast.actor("clerk"))
    answer = clerk.post(edit, {**values, "grounds": "我所写", "facts": "我的事实"})
    assert answer.status_code == 409
    conflict = answer.context["conflict"]
    assert ("他人所写", "我所写") in [(line.old, line.new) for line in conflict["lines"]]
    text = answer.content.decode()
    assert 'value="我所写"' in text
    assert "我的事实" in text
    assert Entry.objects.get().grounds == "他人所写"
    form = answer.context["form"]
    again = {**values, "grounds": "我所写", "facts": "我的事实", "seen_step": form["seen_step"].value()}
    assert clerk.post(edit, again).status_code == 302
    assert Entry.objects.get().grounds == "我所写"


# Notice and defence ----------------------------------------------------------------------------------------------


def test_the_party_is_told_heard_and_answered_before_the_review(cast: Cast) -> None:
    cast.black.notice_required = True
    cast.black.save()
    entry, clerk = draft(cast), signed_in(cast.clerk)
    first = clerk.get(page(entry)).context
    assert [move.name for move in first["moves"]] == ["notify", "discard"]
    assert first["hindrance"]
    clerk.post(at("entry_move", entry), {"move": "notify"})
    notice = Notice.objects.get()
    assert reverse("notice", args=[notice.pk]) in shown(clerk, entry)
    statement = at("entry_statement", entry)
    future = clerk.post(statement, {"received_on": "2026-12-01", "content": "x"})
    assert "received_on" in future.context["form"].errors
    assert "content" in clerk.post(statement, {"received_on": "2026-11-24"}).context["form"].errors
    assert clerk.post(statement, {"received_on": "2026年11月24日", "content": "款项已还清"}).status_code == 302
    kept = DefenceStatement.objects.get()
    assert "款项已还清" in shown(clerk, entry)
    answer = at("entry_statement_answer", entry, kept.pk)
    assert "款项已还清" in clerk.get(answer).content.decode()
    assert set(clerk.post(answer, {}).context["form"].errors) == {"is_adopted", "answer"}
    assert clerk.post(answer, {"is_adopted": "no", "answer": "经核实未还"}).status_code == 302
    kept.refresh_from_db()
    assert kept.is_adopted is False
    twice = clerk.post(answer, {"is_adopted": "yes", "answer": "x"})
    assert twice.status_code == 400
    assert twice.context["form"].non_field_errors()
    for name in (statement, answer):
        assert signed_in(cast.stranger).get(name).status_code == 404
        assert signed_in(cast.reviewer).get(name).status_code == 403


# Proposals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "more", "kind", "exit_reason"),
    [
        ("entry_stay", {}, ProposalKind.STAY, ""),
        ("entry_basis_fell", {"learned_on": "20261122"}, ProposalKind.REMOVAL, ExitReason.BASIS_CHANGED),
        ("entry_ceased", {"ceased_on": "2026/11/1"}, ProposalKind.REMOVAL, ExitReason.SUBJECT_CEASED),
    ],
)
def test_a_proposal_rests_on_its_document(
    cast: Cast, name: str, more: dict[str, str], kind: ProposalKind, exit_reason: str
) -> None:
    entry, clerk = publish_one(cast), signed_in(cast.clerk)
    address = at(name, entry)
    asked = clerk.get(address)
    assert "2" in " ".join(asked.context["effects"]), "how many units are told"
    missing = clerk.post(address, {})
    assert set(missing.context["form"].errors) == {*ORDER, *more}
    future = clerk.post(address, {**ORDER, **more, "order_on": "2027-01-01"})
    assert "order_on" in future.context["form"].errors
    assert ORDER["order_number"] in future.content.decode()
    file = SimpleUploadedFile("order.png", picture().getvalue())
    assert clerk.post(address, {**ORDER, **more, "document": file}).status_code == 302
    proposal = EntryProposal.objects.get()
    assert (proposal.kind, proposal.exit_reason) == (kind, exit_reason)
    assert proposal.order_number == "(2026)鲁行复9号"
    document = EntryDocument.objects.get()
    assert document.kind == DocumentKind.ORDER
    decide = reverse("proposal", args=[proposal.pk])
    text = signed_in(cast.reviewer).get(decide).content.decode()
    assert proposal.order_number in text
    assert document.sha256 in text
    again = clerk.post(address, {**ORDER, **more})
    assert again.status_code == 400
    assert again.context["form"].non_field_errors()
    assert signed_in(cast.reviewer).post(decide, {"move": "approve"}).status_code == 302


def test_a_stay_is_ended_by_order(cast: Cast) -> None:
    entry, clerk = publish_one(cast), signed_in(cast.clerk)
    assert clerk.get(at("entry_lift", entry)).status_code == 409
    entry = stayed(cast, entry)
    for name in ("entry_stay", "entry_correct"):
        assert clerk.get(at(name, entry)).status_code == 409
    assert clerk.post(at("entry_lift", entry), ORDER).status_code == 302
    signed_in(cast.reviewer).post(
        reverse("proposal", args=[EntryProposal.objects.latest("pk").pk]), {"move": "approve"}
    )
    entry.refresh_from_db()
    assert entry.state == EntryState.PUBLISHED


def test_all_that_rests_on_a_fallen_document_is_proposed_at_once(cast: Cast) -> None:
    one = publish_one(cast, document_number="测〔2026〕7号")
    other = publish_one(cast, seed=2, document_number="测〔2026〕7号")
    clerk = signed_in(cast.clerk)
    values = {**ORDER, "learned_on": "2026-11-23", "for_all": "on"}
    assert clerk.post(at("entry_basis_fell", one), values).status_code == 302
    assert set(EntryProposal.objects.values_list("entry", flat=True)) == {one.pk, other.pk}
    assert all(EntryProposal.objects.values_list("due_on", flat=True))
    desk = signed_in(cast.reviewer).get(f"{reverse('review')}?fallen=on")
    assert len(desk.context["proposals"]) == 2


def test_a_correction_keeps_what_was_typed_and_a_refused_document_proposes_nothing(cast: Cast) -> None:
    entry, clerk = publish_one(cast), signed_in(cast.clerk)
    address = at("entry_correct", entry)
    form = clerk.get(address).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    bad = SimpleUploadedFile("x.pdf", b"<html>")
    answer = clerk.post(address, {**values, "grounds": "另一事由", "reason": "笔误", "document": bad})
    assert set(answer.context["form"].errors) == {"document"}
    assert 'value="另一事由"' in answer.content.decode()
    late = clerk.post(address, {**values, "term_to": "2099-01-01", "reason": "x"})
    assert "term_to" in late.context["form"].errors
    needs = clerk.post(address, {**values, "grounds": "另", "reason": "x", "learned_on": "2026-11-20"})
    assert "order_number" in needs.context["form"].errors
    assert not EntryProposal.objects.exists()


def test_after_a_decision_comes_the_next_item(cast: Cast) -> None:
    entries = [publish_one(cast, seed=seed) for seed in (1, 2)]
    proposals = [
        propose_removal(entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, by=cast.actor("clerk"), reason="误列")
        for entry in entries
    ]
    reviewer = signed_in(cast.reviewer)
    first, second = (reverse("proposal", args=[one.pk]) for one in proposals)
    assert reviewer.post(first, {"move": "approve"})["Location"] == second
    desk = reverse("review")
    assert reviewer.post(second, {"move": "refuse", "reason": "无误"})["Location"].startswith(desk)
    waiting = [draft(cast, seed) for seed in (11, 12, 13)]
    submit_entries(entries=Entry.objects.filter(pk__in=[one.pk for one in waiting]), by=cast.actor("clerk"))
    found = []
    for move in ({"move": "publish"}, {"move": "return", "reason": "补"}, {"move": "publish"}):
        one = Entry.objects.filter(state=EntryState.IN_REVIEW).order_by("pk").first()
        assert one is not None
        found.append(reviewer.post(at("entry_move", one), move)["Location"])
    assert found == [page(waiting[1]), page(waiting[2]), desk]
    assert EntryProposal.objects.filter(state=ProposalState.OPEN).count() == 0


def test_reconsideration_is_recorded_and_ended_on_the_page(cast: Cast) -> None:
    entry, clerk = publish_one(cast), signed_in(cast.clerk)
    address = at("entry_proceeding_new", entry)
    assert address in shown(clerk, entry)
    assert address not in shown(signed_in(cast.reviewer), entry)
    assert "复议" in clerk.get(address).content.decode()
    wrong = clerk.post(address, {**ORDER, "kind": "RECONSIDERATION", "order_on": "2026-11-25"})
    assert set(wrong.context["form"].errors) == {"order_on"}
    assert clerk.post(address, {**ORDER, "kind": "RECONSIDERATION"}).status_code == 302
    proceeding = entry.proceedings.get()
    end = at("entry_proceeding_end", entry, proceeding.pk)
    for who, is_told in ((cast.clerk, True), (cast.finance_clerk, False)):
        text = shown(signed_in(who), entry)
        assert "复议中" in text
        assert ("鲁行复9号" in text) == is_told
        assert (end in text) == is_told
    assert [name for name, _label in clerk.get(address).context["form"].fields["kind"].choices] == ["SUIT"]
    assert signed_in(cast.finance_clerk).post(end, {}).status_code == 404
    early = clerk.post(end, {"ended_on": "2026-11-19", "reason": "维持"})
    assert set(early.context["form"].errors) == {"ended_on"}
    assert clerk.post(end, {"ended_on": "2026-11-24", "reason": "维持原决定"}).status_code == 302
    assert Entry.objects.get(pk=entry.pk).marks == []
    text = shown(clerk, entry)
    assert end not in text
    assert "维持原决定" in text


# Names and codes -------------------------------------------------------------------------------------------------


def test_a_rename_and_an_older_code_are_kept_and_the_entry_stays_as_listed(cast: Cast) -> None:
    entry, clerk = publish_one(cast), signed_in(cast.clerk)
    address, old = at("entry_subject", entry), entry.subject_name
    missing = clerk.post(address, {"act": "rename"})
    assert set(missing.context["rename"].errors) == {"new_name", "changed_on", "reason"}
    same = {"act": "rename", "rename-new_name": old, "rename-changed_on": "2026-11-01", "rename-reason": "变更登记"}
    assert clerk.post(address, same).status_code == 400
    assert clerk.post(address, {**same, "rename-new_name": "济南新名测试有限公司"}).status_code == 302
    entry.refresh_from_db()
    assert entry.subject_name == old
    assert entry.subject.name == "济南新名测试有限公司"
    assert SubjectName.objects.filter(subject=entry.subject, name=old, source="FORMER").exists()
    code = {"act": "code", "code-code": "３７0100-228012345", "code-label": "注册号", "code-reason": "登记档案"}
    assert clerk.post(address, code).status_code == 302
    assert SubjectCode.objects.get().code == "370100228012345"
    twice = clerk.post(address, code)
    assert "code" in twice.context["code"].errors
    text = shown(clerk, entry)
    for part in ("济南新名测试有限公司", old, "370100228012345"):
        assert part in text
    assert clerk.post(address, {"act": "nothing"}).status_code == 404


# Access ----------------------------------------------------------------------------------------------------------

OF_THE_UNIT = (
    "entry_edit",
    "entry_document_new",
    "entry_statement",
    "entry_subject",
    "entry_correct",
    "entry_remove",
    "entry_basis_fell",
    "entry_ceased",
    "entry_stay",
    "entry_lift",
    "entry_proceeding_new",
)


@pytest.mark.parametrize("name", OF_THE_UNIT)
def test_another_unit_finds_no_form_of_ours(cast: Cast, name: str) -> None:
    for entry in (draft(cast, 3), publish_one(cast)):
        for who in (cast.finance_clerk, cast.stranger):
            client = signed_in(who)
            assert client.get(at(name, entry)).status_code == 404
            assert client.post(at(name, entry), {}).status_code == 404
        assert signed_in(cast.coordinator).get(at(name, entry)).status_code in (403, 404)


def test_a_purged_entry_shows_that_there_was_one_and_nothing_else(cast: Cast) -> None:
    from lists.models import Subject

    entry = publish_one(cast)
    proposal = propose_removal(
        entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, by=cast.actor("clerk"), reason="误列"
    )
    approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    nobody = Subject.objects.create(kind=SubjectKind.ANONYMOUS, name="")
    Entry.objects.filter(pk=entry.pk).update(
        state=EntryState.PURGED, subject_kind=SubjectKind.ANONYMOUS, subject=nobody, subject_name="", grounds=""
    )
    answer = signed_in(cast.clerk).get(page(entry))
    assert answer.status_code == 200
    assert entry.subject_name not in answer.content.decode()
    assert answer.templates[0].name == "lists/entry_purged.html"
