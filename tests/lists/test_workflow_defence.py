"""Notice, service, statement and defence before a listing; what holds the entry up, and what a step leaves out."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse

from catalog.models import CalendarDay
from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel import clock
from lists.enums import EntryState, NoticeKind, RequiredField
from lists.models import DefenceStatement, Entry, EntryMove, Notice, RelatedPerson
from lists.services.defence import answer_statement, notices_to_serve, notify_entries, record_service, record_statement
from lists.services.entries import discard_entries, return_entries, revise_draft, submit_entries
from tests.cast import Cast
from tests.lists.browser import signed_in
from tests.lists.steps import (
    R,
    codes,
    draft,
    fresh,
    notified,
    only,
    publish,
    refused,
    serve,
    submit,
    succeed,
    told,
    values,
)

# A Monday; the week has five working days.
MONDAY = date(2026, 3, 2)


@pytest.fixture
def heard(cast: Cast) -> Entry:
    """Told and served, so long ago that the days for a statement are over."""
    entry = notified(cast)
    entry = serve(cast, entry)
    only(entry).update(defence_until=clock.today() - timedelta(days=1))
    return fresh(entry)


def statement(cast: Cast, entry: Entry, content: str = "欠款已还清") -> DefenceStatement:
    return record_statement(entry=entry, received_on=clock.today(), content=content, by=cast.actor("clerk"))


def answer(cast: Cast, to: DefenceStatement, *, is_adopted: bool) -> DefenceStatement:
    return answer_statement(statement=to, is_adopted=is_adopted, answer="经核实", by=cast.actor("clerk"))


def test_a_draft_is_told_of_with_a_notice_each(cast: Cast) -> None:
    entries = [draft(cast, seed, credit_list=told(cast.black)) for seed in (1, 2, 3)]
    mine = Entry.objects.filter(pk__in=[entry.pk for entry in entries])
    assert notify_entries(entries=mine, by=cast.actor("clerk")).done == 3
    assert set(mine.values_list("state", flat=True)) == {EntryState.NOTIFIED}
    assert Notice.objects.filter(entry__in=mine, kind=NoticeKind.PROPOSED_LISTING).count() == 3
    assert EntryMove.objects.filter(of__in=mine, name="notify", by=cast.clerk, unit=cast.court).count() == 3


def test_giving_notice_of_many_takes_as_many_queries_as_of_one(cast: Cast, django_assert_max_num_queries) -> None:
    entries = [draft(cast, seed, credit_list=told(cast.black)).pk for seed in range(1, 13)]
    clerk = cast.actor("clerk")
    clerk.acts, clerk.unit  # noqa: B018 - asked once
    for ids in (entries[:2], entries[2:]):
        with django_assert_max_num_queries(22):
            notify_entries(entries=Entry.objects.filter(pk__in=ids), by=clerk)


def test_a_list_without_notice_needs_none(cast: Cast) -> None:
    entry = draft(cast)
    with refused("notice_not_required"):
        notify_entries(entries=only(entry), by=cast.actor("clerk"))
    assert submit(cast, entry).state == EntryState.IN_REVIEW


def test_five_working_days_run_from_the_day_after_service(cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False):
        entry = serve(cast, notified(cast))
        assert entry.defence_until == date(2026, 3, 9)
        CalendarDay.objects.create(on=date(2026, 3, 4), is_working=False)
        second = serve(cast, notified(cast, 2))
        assert second.defence_until == date(2026, 3, 10)


def test_the_last_day_of_the_defence_counts(cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False):
        entry = serve(cast, notified(cast, term_from=MONDAY))
    with time_machine.travel(date(2026, 3, 9), tick=False), refused("defence_running"):
        submit(cast, entry)
    with time_machine.travel(date(2026, 3, 10), tick=False):
        assert submit(cast, entry).state == EntryState.IN_REVIEW


def test_nothing_is_submitted_without_notice_or_service(cast: Cast) -> None:
    entry = draft(cast, credit_list=told(cast.black))
    with refused("notice_missing"):
        submit(cast, entry)
    with refused("notice_not_served"):
        submit(cast, notified(cast, 2))


def test_service_is_recorded_once_and_not_before_its_time(cast: Cast) -> None:
    entry = notified(cast)
    with refused("served_in_future"):
        serve(cast, entry, served_on=clock.today() + timedelta(days=1))
    with refused("how_missing"):
        serve(cast, entry, how=" ")
    with refused("served_before_issue"):
        serve(cast, entry, served_on=clock.today() - timedelta(days=1))
    with refused("nothing_selected"):
        serve(cast, entry, by=cast.actor("stranger"))
    with refused("person_needed"):
        serve(cast, entry, by=Actor(is_system=True))
    assert list(notices_to_serve(only(entry))) == [entry.notices.get()]
    serve(cast, entry)
    assert not notices_to_serve(only(entry)).exists()
    with refused("notice_served_already"):
        serve(cast, entry)


def test_the_successor_records_the_service_of_what_its_predecessor_issued(cast: Cast) -> None:
    entry = notified(cast)
    succeed(cast.court, cast.transport)
    clerk = cast.actor("transport_clerk")
    notice = notices_to_serve(only(entry)).get()
    assert signed_in(cast.transport_clerk).get(reverse("notice", args=[notice.pk])).context["may_serve"]
    record_service(notices=Notice.objects.filter(pk=notice.pk), served_on=clock.today(), how="直接送达", by=clerk)
    assert fresh(entry).defence_until is not None


def test_a_batch_says_what_it_left_out_and_why(cast: Cast) -> None:
    told(cast.black)
    missing, running = draft(cast, 1, credit_list=cast.black), serve(cast, notified(cast, 2))
    over = serve(cast, notified(cast, 3))
    only(over).update(defence_until=clock.today() - timedelta(days=1))
    chosen = Entry.objects.filter(pk__in=[missing.pk, running.pk, over.pk])
    outcome = submit_entries(entries=chosen, by=cast.actor("clerk"))
    assert (outcome.done, outcome.left_out_count) == (1, 2)
    assert {row.entry_id: row.code for row in outcome.left_out} == {
        missing.pk: "notice_missing",
        running.pk: "defence_running",
    }
    assert {row.name for row in outcome.left_out} == {missing.subject_name, running.subject_name}
    assert all(row.why for row in outcome.left_out)


def test_a_batch_of_which_nothing_is_left_is_refused_with_count_and_names(cast: Cast) -> None:
    told(cast.black)
    entries = [draft(cast, seed, credit_list=cast.black) for seed in range(1, 4)]
    with refused("notice_missing") as caught:
        submit_entries(entries=Entry.objects.filter(unit=cast.court), by=cast.actor("clerk"))
    assert "3" in str(caught.value)
    assert entries[0].subject_name in str(caught.value)


def test_service_of_many_leaves_out_what_was_served(cast: Cast) -> None:
    first, second = serve(cast, notified(cast, 1)), notified(cast, 2)
    outcome = record_service(
        notices=Notice.objects.filter(entry__in=[first, second]),
        served_on=clock.today(),
        how="邮寄送达",
        by=cast.actor("clerk"),
    )
    assert (outcome.done, codes(outcome)) == (1, ["notice_served_already"])
    assert fresh(second).defence_until is not None


def test_a_statement_waits_for_its_answer(cast: Cast, heard: Entry) -> None:
    made = statement(cast, heard)
    with refused("statement_unanswered"):
        submit(cast, heard)
    answer(cast, made, is_adopted=False)
    assert submit(cast, heard).state == EntryState.IN_REVIEW


def test_an_adopted_statement_holds_the_draft_up_until_it_is_revised_and_told_anew(cast: Cast, heard: Entry) -> None:
    answer(cast, statement(cast, heard), is_adopted=True)
    with refused("statement_adopted"):
        submit(cast, heard)
    revise_draft(entry=heard, values=values(representative="另一人"), by=cast.actor("clerk"))
    with refused("statement_adopted"):
        submit(cast, heard)
    revised = revise_draft(entry=heard, values=values(grounds="更轻的事由"), by=cast.actor("clerk"))
    assert (revised.state, revised.defence_until) == (EntryState.DRAFT, None)
    with refused("notice_missing"):
        submit(cast, revised)
    notify_entries(entries=only(revised), by=cast.actor("clerk"))
    second = Notice.objects.filter(entry=revised).order_by("-pk")[0]
    assert list(notices_to_serve(only(revised))) == [second]
    record_service(
        notices=Notice.objects.filter(pk=second.pk), served_on=clock.today(), how="直接送达", by=cast.actor("clerk")
    )
    with refused("defence_running"):
        submit(cast, revised)
    only(revised).update(defence_until=clock.today() - timedelta(days=1))
    assert submit(cast, revised).state == EntryState.IN_REVIEW


def test_an_entry_with_an_adopted_statement_can_be_discarded(cast: Cast, heard: Entry) -> None:
    answer(cast, statement(cast, heard), is_adopted=True)
    discard_entries(entries=only(heard), by=cast.actor("clerk"), reason="采纳申辩")
    assert fresh(heard).state == EntryState.DISCARDED


def test_a_late_statement_holds_the_publication_up(cast: Cast, heard: Entry) -> None:
    submit(cast, heard)
    made = statement(cast, heard)
    with refused("statement_unanswered"):
        publish(cast, fresh(heard))
    answer(cast, made, is_adopted=False)
    assert publish(cast, fresh(heard)).count == 1


def test_nothing_is_published_unheard_when_the_list_has_come_to_require_it(cast: Cast) -> None:
    entry = submit(cast, draft(cast))
    entry.credit_list = told(cast.black)
    with refused("notice_missing"):
        publish(cast, entry)


def test_statements_and_answers_are_complete_and_of_their_time(cast: Cast, heard: Entry) -> None:
    with refused("content_missing"):
        statement(cast, heard, " ")
    with refused("received_in_future"):
        record_statement(
            entry=heard, received_on=clock.today() + timedelta(days=1), content="x", by=cast.actor("clerk")
        )
    with refused("entry_not_found"):
        record_statement(entry=heard, received_on=clock.today(), content="x", by=cast.actor("stranger"))
    with refused("move_not_open"):
        statement(cast, draft(cast, 2))
    made = statement(cast, heard)
    with refused("answer_missing"):
        answer_statement(statement=made, is_adopted=True, answer=" ", by=cast.actor("clerk"))
    with refused("entry_not_found"):
        answer_statement(statement=made, is_adopted=True, answer="x", by=cast.actor("stranger"))
    answer(cast, made, is_adopted=False)
    with refused("statement_answered"):
        answer(cast, made, is_adopted=True)


@pytest.mark.parametrize("act", [record_statement, answer_statement])
def test_a_cooperating_unit_or_a_reviewer_records_nothing(cast: Cast, heard: Entry, act) -> None:
    made = statement(cast, heard)
    given = (
        {"entry": heard, "received_on": clock.today(), "content": "x"}
        if act is record_statement
        else {"statement": made, "is_adopted": False, "answer": "x"}
    )
    with refused("act_not_allowed"):
        act(by=cast.actor("reviewer"), **given)


def test_a_return_keeps_service_and_statements(cast: Cast, heard: Entry) -> None:
    answer(cast, statement(cast, heard), is_adopted=False)
    submit(cast, heard)
    return_entries(entries=only(heard), by=cast.actor("reviewer"), reason="日期有误")
    back = fresh(heard)
    assert (back.state, back.defence_until) == (EntryState.RETURNED, heard.defence_until)
    assert back.notices.get().served_on is not None
    assert back.statements.count() == 1
    # What was not told of may be put right without a new notice.
    revise_draft(entry=back, values=values(representative="另一人"), by=cast.actor("clerk"))
    assert submit(cast, back).state == EntryState.IN_REVIEW


def test_what_was_told_of_and_changes_needs_a_new_notice(cast: Cast, heard: Entry) -> None:
    submit(cast, heard)
    return_entries(entries=only(heard), by=cast.actor("reviewer"), reason=R)
    revised = revise_draft(entry=fresh(heard), values=values(facts="另一事实"), by=cast.actor("clerk"))
    assert (revised.state, revised.defence_until) == (EntryState.DRAFT, None)
    step = revised.moves.order_by("-pk")[0]
    assert (step.name, step.from_state, step.to_state) == ("reopen", "RETURNED", "DRAFT")


def test_service_of_an_earlier_notice_begins_nothing(cast: Cast) -> None:
    entry = notified(cast)
    revise_draft(entry=entry, values=values(facts="另一事实"), by=cast.actor("clerk"))
    notify_entries(entries=only(entry), by=cast.actor("clerk"))
    first = Notice.objects.filter(entry=entry).order_by("pk")[0]
    record_service(
        notices=Notice.objects.filter(pk=first.pk), served_on=clock.today(), how="直接送达", by=cast.actor("clerk")
    )
    assert fresh(entry).defence_until is None


@pytest.mark.parametrize(
    ("name", "cleared"), [("FACTS", {"facts": ""}), ("DISHONESTY_CLASS", {"dishonesty_class": ""})]
)
def test_an_incomplete_entry_is_neither_told_of_nor_submitted(cast: Cast, name: str, cleared: dict[str, str]) -> None:
    entry = draft(cast, credit_list=told(cast.black))
    only(entry).update(**cleared)
    cast.black.required_fields = [name]
    cast.black.save()
    with refused("field_required"):
        notify_entries(entries=only(entry), by=cast.actor("clerk"))
    cast.black.notice_required = False
    cast.black.save()
    with refused("field_required"):
        submit(cast, entry)


def test_an_entry_without_its_representative_is_not_submitted(cast: Cast) -> None:
    entry = draft(cast)
    RelatedPerson.objects.filter(entry=entry).delete()
    cast.black.required_fields = [RequiredField.REPRESENTATIVE]
    cast.black.save()
    with refused("field_required"):
        submit(cast, entry)


def test_the_database_refuses_a_half_answer(cast: Cast, heard: Entry) -> None:
    made = statement(cast, heard)
    with pytest.raises(IntegrityError, match="statement_answer_has_a_person_a_time_and_a_reason"):
        DefenceStatement.objects.filter(pk=made.pk).update(is_adopted=True, answered_at=clock.now())


def test_the_database_refuses_a_draft_with_days_for_a_defence(cast: Cast) -> None:
    """What was told of and then changed has to be told of again."""
    with pytest.raises(IntegrityError, match="draft_has_no_days_for_defence"):
        only(draft(cast)).update(defence_until=clock.today())
