"""A step with more entries than one waits for: a worker takes it, judged then, wholly and once; its page tells."""

from random import Random
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from jinan_credit.accounts.actors import actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import StaffMessage, User
from jinan_credit.kernel import clock
from lists.enums import EntryState, LargeStepKind, LargeStepStatus, ProposalState
from lists.models import Entry, EntryProposal, LargeStep, ListImport, Publication
from lists.services.entries import draft_entry, return_entries
from lists.services.file_imports import import_file
from lists.services.import_reversal import reverse_import
from lists.services.large_steps import MOST_ATTEMPTS, Chosen, request_large_step, take_large_step
from lists.services.synthetic import list_file
from lists.views import batch, decisions, import_steps, review
from tests.cast import Cast, company_values, make_user, publish_many, publish_one
from tests.lists.browser import signed_in
from tests.lists.steps import draft, refused, submit

FEW = 2


@pytest.fixture(autouse=True)
def more_than_two_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    for views in (batch, decisions, import_steps, review):
        monkeypatch.setattr(views, "MOST_AT_ONCE", FEW)


def step_of(answer: HttpResponse) -> LargeStep:
    """The step to whose page an answer leads."""
    assert answer.status_code == 302, answer.content.decode()
    step = LargeStep.objects.latest("pk")
    assert answer["Location"] == reverse("large_step", args=[step.pk])
    return step


def taken(step: LargeStep) -> LargeStep:
    take_large_step(step.pk)
    step.refresh_from_db()
    return step


def page(client: Client, step: LargeStep, **headers: str) -> HttpResponse:
    return client.get(reverse("large_step", args=[step.pk]), headers=headers)


def states() -> set[str]:
    return set(Entry.objects.values_list("state", flat=True))


def submission(expected: int = 3) -> dict[str, Any]:
    return {"step": "submit", "all": "1", "query": "state=DRAFT", "confirmed": "1", "expected": str(expected)}


def decided(cast: Cast, decision: str, *, expected: int = 3, **more: str) -> dict[str, Any]:
    group = {"list": cast.black.code, "by": cast.clerk.pk}
    return {**group, "all": "1", "decision": decision, "confirmed": "1", "expected": str(expected), **more}


def request(cast: Cast, expected: int = 3) -> LargeStep:
    chosen = Chosen(credit_list=cast.black, submitted_by_id=cast.clerk.pk)
    return request_large_step(LargeStepKind.PUBLISH, chosen, expected=expected, by=cast.actor("reviewer"))


def in_review(cast: Cast, count: int = 3) -> list[Entry]:
    return [submit(cast, draft(cast, seed)) for seed in range(1, count + 1)]


def test_many_are_submitted_by_a_worker_and_the_unit_is_told(cast: Cast) -> None:
    drafts = [draft(cast, seed) for seed in range(1, 4)]
    clerk = signed_in(cast.clerk)
    step = step_of(clerk.post(reverse("entries_submit"), submission()))
    assert (states(), step.made_by, step.expected) == ({EntryState.DRAFT}, cast.clerk, 3)
    waiting = page(clerk, step)
    assert "hx-get" in waiting.content.decode()
    assert "HX-Refresh" not in page(clerk, step, hx_request="true")

    assert (taken(step).status, step.done) == (LargeStepStatus.DONE, 3)
    assert states() == {EntryState.IN_REVIEW}
    assert page(clerk, step, hx_request="true")["HX-Refresh"] == "true"
    assert "hx-get" not in page(clerk, step).content.decode()
    message = StaffMessage.objects.get(kind="many.drafts")
    assert (message.unit, message.values, message.link) == (
        cast.court,
        {"count": 3, "left_out": 0},
        reverse("large_step", args=[step.pk]),
    )
    assert {move.by for entry in drafts for move in entry.moves.filter(name="submit")} == {cast.clerk}


def test_a_few_are_taken_at_once(cast: Cast) -> None:
    for seed in range(1, FEW + 1):
        draft(cast, seed)
    signed_in(cast.clerk).post(reverse("entries_submit"), submission(FEW))
    assert (states(), LargeStep.objects.count()) == ({EntryState.IN_REVIEW}, 0)


def test_ticked_entries_are_never_taken_for_all(cast: Cast) -> None:
    ticked = [draft(cast, seed) for seed in range(1, 4)]
    other = draft(cast, 4)
    fields = {"step": "submit", "entry": [str(entry.pk) for entry in ticked], "confirmed": "1", "expected": "3"}
    signed_in(cast.clerk).post(reverse("entries_submit"), fields)
    other.refresh_from_db()
    assert (other.state, LargeStep.objects.count()) == (EntryState.DRAFT, 0)
    assert Entry.objects.filter(state=EntryState.IN_REVIEW).count() == 3


def test_many_are_published_as_one_and_what_is_hindered_stays_and_is_named(cast: Cast) -> None:
    listed = publish_one(cast, seed=9)
    for seed in range(1, 4):
        entry = draft_entry(
            credit_list=cast.red, values=company_values(Random(seed), dishonesty_class=""), by=cast.actor("clerk")
        )
        submit(cast, entry)
    values = company_values(Random(4), code=listed.subject.code, dishonesty_class="")
    hindered = submit(cast, draft_entry(credit_list=cast.red, values=values, by=cast.actor("clerk")))
    reviewer = signed_in(cast.reviewer)
    asked = decided(cast, "publish", list=cast.red.code)

    step = step_of(reviewer.post(reverse("review_decide"), asked))
    assert Entry.objects.filter(credit_list=cast.red, state=EntryState.PUBLISHED).count() == 0
    assert (taken(step).status, step.done, step.left_out_count) == (LargeStepStatus.DONE, 3, 1)
    publication = Publication.objects.get(credit_list=cast.red)
    assert (step.publication, publication.count, publication.approved_by) == (publication, 3, cast.reviewer)
    hindered.refresh_from_db()
    assert hindered.state == EntryState.IN_REVIEW
    shown = page(reviewer, step).content.decode()
    assert hindered.subject_name in shown
    assert publication.number in shown


def test_many_are_returned_with_the_reason(cast: Cast) -> None:
    in_review(cast)
    reviewer, asked = signed_in(cast.reviewer), decided(cast, "return", reason="文书号有误")
    without = reviewer.post(reverse("review_decide"), {**asked, "reason": " "})
    assert (without.status_code, LargeStep.objects.count()) == (400, 0)
    step = taken(step_of(reviewer.post(reverse("review_decide"), asked)))
    assert (step.status, states()) == (LargeStepStatus.DONE, {EntryState.RETURNED})
    assert set(Entry.moves.rel.related_model.objects.filter(name="return").values_list("reason", flat=True)) == {
        "文书号有误"
    }


def test_no_entry_of_ones_own_is_published(cast: Cast) -> None:
    both = make_user("both", cast.court, Role.CLERK, Role.REVIEWER)
    by_him = submit(cast, draft_entry(credit_list=cast.black, values=company_values(Random(9)), by=actor_of(both)))
    in_review(cast)
    taken(step_of(signed_in(both).post(reverse("review_decide"), decided(cast, "publish"))))
    by_him.refresh_from_db()
    assert by_him.state == EntryState.IN_REVIEW
    assert Publication.objects.get().count == 3


def test_other_entries_than_were_confirmed_are_not_touched(cast: Cast) -> None:
    entries = in_review(cast)
    reviewer = signed_in(cast.reviewer)
    step = step_of(reviewer.post(reverse("review_decide"), decided(cast, "publish")))
    return_entries(entries=Entry.objects.filter(pk=entries[0].pk), by=cast.actor("reviewer"), reason="x")

    assert taken(step).status == LargeStepStatus.REFUSED
    assert Publication.objects.count() == 0
    assert step.refusal in page(reviewer, step).content.decode()
    assert StaffMessage.objects.get(kind="many.in_review").values == {"count": 0, "left_out": 3}


def test_who_lost_the_act_meanwhile_does_not_take_it(cast: Cast) -> None:
    in_review(cast)
    step = step_of(signed_in(cast.reviewer).post(reverse("review_decide"), decided(cast, "publish")))
    User.objects.filter(pk=cast.reviewer.pk).update(is_active=False)
    assert (taken(step).status, states()) == (LargeStepStatus.REFUSED, {EntryState.IN_REVIEW})


def test_it_speaks_the_language_of_its_person(cast: Cast) -> None:
    in_review(cast)
    with translation.override("en"):
        step = request(cast, expected=7)
    assert "Meanwhile other entries match: 3 now" in taken(step).refusal


def test_it_is_taken_once_however_often_it_is_asked_for(cast: Cast) -> None:
    in_review(cast)
    reviewer = signed_in(cast.reviewer)
    for _again in range(2):
        step = step_of(reviewer.post(reverse("review_decide"), decided(cast, "publish")))
    assert LargeStep.objects.count() == 1
    for _again in range(2):
        taken(step)
    assert (Publication.objects.count(), step.status) == (1, LargeStepStatus.DONE)


def test_what_stops_again_and_again_is_given_up(cast: Cast) -> None:
    in_review(cast)
    step = request(cast)
    LargeStep.objects.update(attempts=MOST_ATTEMPTS)
    assert (taken(step).status, states()) == (LargeStepStatus.REFUSED, {EntryState.IN_REVIEW})


def test_an_import_is_undone(cast: Cast) -> None:
    file = list_file(cast.black, 3, random=Random(5), today=clock.today())
    made = import_file(credit_list=cast.black, file=file, file_name="名单.csv", by=cast.actor("clerk"))
    clerk = signed_in(cast.clerk)
    step = step_of(clerk.post(reverse("import_reverse", args=[made.pk]), {"reason": "重复导入"}))
    assert (taken(step).status, step.done) == (LargeStepStatus.DONE, 3)
    made.refresh_from_db()
    assert (made.reversed_by, made.reversed_why, states()) == (cast.clerk, "重复导入", {EntryState.DISCARDED})
    assert reverse("import", args=[made.pk]) in page(clerk, step).content.decode()


def test_removals_proposed_as_one_are_approved_as_one(cast: Cast) -> None:
    publish_many(cast, 3)
    reverse_import(list_import=ListImport.objects.get(), by=cast.actor("clerk"), reason="重复导入")
    first = EntryProposal.objects.latest("pk")
    reviewer = signed_in(cast.reviewer)
    answer = reviewer.post(reverse("proposals_approve", args=[first.pk]), {"confirmed": "1", "expected": "3"})
    step = taken(step_of(answer))
    assert (step.status, step.done, states()) == (LargeStepStatus.DONE, 3, {EntryState.REMOVED})
    assert set(EntryProposal.objects.values_list("state", flat=True)) == {ProposalState.APPROVED}
    assert page(reviewer, step).status_code == 200


def test_it_is_not_there_for_another_unit(cast: Cast) -> None:
    in_review(cast)
    step = request(cast)
    other = make_user("other", cast.finance, Role.REVIEWER)
    assert page(signed_in(other), step).status_code == 404


def test_nothing_is_asked_for_without_the_act(cast: Cast) -> None:
    in_review(cast)
    with refused("act_not_allowed"):
        request_large_step(LargeStepKind.PUBLISH, Chosen(), expected=3, by=cast.actor("clerk"))
    with refused("reason_missing"):
        request_large_step(LargeStepKind.UNDO_IMPORT, Chosen(), expected=3, by=cast.actor("clerk"), reason=" ")
