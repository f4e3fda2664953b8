"""The reviewer's desk: what can be published is, the rest is named and stays in review; what is returned says why."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import gettext

from jinan_credit.accounts.actors import Actor, actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel import clock
from lists.enums import EntryState, ExitReason, ProposalState, PublicationKind
from lists.models import CreditList, Entry, EntryProposal, Publication
from lists.services.entries import draft_entry, revise_draft, submit_entries
from lists.services.fallen_basis import report_fallen_basis
from lists.services.proposals import propose_removal
from lists.views import review
from tests.cast import Cast, company_values, make_user, publish_one
from tests.lists.browser import signed_in
from tests.lists.steps import order


def in_review(cast: Cast, credit_list: CreditList, seed: int, **given: Any) -> Entry:
    values = company_values(Random(seed), **given)
    entry = draft_entry(credit_list=credit_list, values=values, by=cast.actor("clerk"))
    submit_entries(entries=Entry.objects.filter(pk=entry.pk), by=cast.actor("clerk"))
    return entry


def asked(cast: Cast, credit_list: CreditList, decision: str, **more: str) -> dict[str, Any]:
    return {"list": credit_list.code, "by": cast.clerk.pk, "all": "1", "decision": decision, **more}


def states() -> dict[str, str]:
    return {str(pk): state for pk, state in Entry.objects.values_list("pk", "state")}


def test_a_hindered_entry_is_named_and_does_not_hold_back_the_others(cast: Cast) -> None:
    black = publish_one(cast, seed=1)
    good = in_review(cast, cast.red, 2, dishonesty_class="")
    bad = in_review(cast, cast.red, 3, code=black.subject.code, dishonesty_class="")
    reviewer, address = signed_in(cast.reviewer), reverse("review_decide")

    before = reviewer.post(address, asked(cast, cast.red, "publish"))
    assert before.context["effect"].entries == 1
    assert [(one.entry_id, one.code) for one in before.context["outcome"].left_out] == [(bad.pk, "black_listed")]
    assert states()[str(good.pk)] == EntryState.IN_REVIEW

    after = reviewer.post(address, asked(cast, cast.red, "publish", confirmed="1", expected="1"))
    assert after.status_code == 200
    assert bad.subject_name in after.content.decode()
    assert (states()[str(good.pk)], states()[str(bad.pk)]) == (EntryState.PUBLISHED, EntryState.IN_REVIEW)


def test_a_span_of_one_is_shown_as_one(cast: Cast) -> None:
    publication = publish_one(cast, seed=1).last_publication
    entry = in_review(cast, cast.black, 2)
    reviewer = signed_in(cast.reviewer)

    desk = reviewer.get(reverse("review")).content.decode()
    page = reviewer.get(reverse("publication", args=[publication.pk])).content.decode()

    assert desk.count(f'datetime="{entry.document_on}"') == 1
    assert f"<dd>{publication.first_seq}</dd>" in page


def test_the_workbench_counts_what_the_desk_has_for_this_reviewer(cast: Cast) -> None:
    both = make_user("both", cast.court, Role.CLERK, Role.REVIEWER)
    entry = draft_entry(credit_list=cast.black, values=company_values(Random(1)), by=cast.actor("clerk"))
    for person in (actor_of(both), cast.actor("clerk")):  # the last to revise it is its maker by name; both made it
        revise_draft(entry=entry, values=company_values(Random(1)), by=person)
    submit_entries(entries=Entry.objects.filter(pk=entry.pk), by=cast.actor("clerk"))
    in_review(cast, cast.black, 2)
    counted = next(one.count for one in counters_for(actor_of(both)) if one.url == reverse("review"))
    assert counted == signed_in(both).get(reverse("review")).context["waiting"] == 1


def test_when_all_are_hindered_nothing_is_published(cast: Cast) -> None:
    entry = in_review(cast, cast.black, 1)
    publications = Publication.objects.count()
    entry.refresh_from_db()
    with time_machine.travel(entry.term_to + timedelta(days=1), tick=False):
        answer = signed_in(cast.reviewer).post(
            reverse("review_decide"), asked(cast, cast.black, "publish", confirmed="1", expected="1")
        )
        assert entry.term_to < clock.today()
    assert answer.status_code == 409
    assert answer.context["refusal"].code == "term_over"
    assert 'name="confirmed"' not in answer.content.decode()
    assert Publication.objects.count() == publications


def test_what_came_to_be_hindered_after_it_was_shown_is_not_confirmed(cast: Cast) -> None:
    other = publish_one(cast, seed=9, credit_list=cast.red, dishonesty_class="")
    in_review(cast, cast.red, 2, dishonesty_class="")
    in_review(cast, cast.red, 3, code=other.subject.code, dishonesty_class="")
    reviewer, address = signed_in(cast.reviewer), reverse("review_decide")
    shown = reviewer.post(address, asked(cast, cast.red, "publish")).context["effect"].entries
    publish_one(cast, seed=4, code=other.subject.code)
    answer = reviewer.post(address, asked(cast, cast.red, "publish", confirmed="1", expected=str(shown)))
    assert (shown, answer.status_code) == (2, 409)
    assert set(Entry.objects.filter(credit_list=cast.red).exclude(pk=other.pk).values_list("state", flat=True)) == {
        EntryState.IN_REVIEW
    }


@pytest.mark.parametrize("decision", ["publish", "return"])
def test_whoever_ticked_nothing_comes_back_to_the_boxes(cast: Cast, decision: str) -> None:
    in_review(cast, cast.black, 1)
    nothing = {name: value for name, value in asked(cast, cast.black, decision).items() if name != "all"}
    back = signed_in(cast.reviewer).post(reverse("review_decide"), nothing, follow=True)
    assert gettext("Select at least one entry first.") in back.content.decode()
    assert back.context["group"].credit_list == cast.black


def test_a_clerk_who_ticked_nothing_comes_back_to_his_filters(cast: Cast) -> None:
    draft_entry(credit_list=cast.black, values=company_values(Random(1)), by=cast.actor("clerk"))
    asks = {"step": "submit", "query": "state=DRAFT"}
    back = signed_in(cast.clerk).post(reverse("entries_submit"), asks, follow=True)
    assert gettext("Select at least one entry first.") in back.content.decode()
    assert back.redirect_chain == [(f"{reverse('entries')}?state=DRAFT", 302)]


def test_a_return_needs_its_reason_and_keeps_the_selection(cast: Cast) -> None:
    entry = in_review(cast, cast.black, 1)
    reviewer, address = signed_in(cast.reviewer), reverse("review_decide")
    without = reviewer.post(address, asked(cast, cast.black, "return", confirmed="1", expected="1"))
    assert without.status_code == 400
    assert 'name="decision" value="return"' in without.content.decode()
    assert states()[str(entry.pk)] == EntryState.IN_REVIEW
    done = reviewer.post(address, asked(cast, cast.black, "return", confirmed="1", expected="1", reason="金额有误"))
    assert done.status_code == 302
    assert states()[str(entry.pk)] == EntryState.RETURNED
    assert entry.moves.latest("pk").reason == "金额有误"


def test_query_count_does_not_grow_with_the_entries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    reviewer, counts = signed_in(cast.reviewer), []
    for seed in range(1, 12):
        in_review(cast, cast.black, seed)
        if seed in (1, 11):
            with django_assert_max_num_queries(60) as queries:
                reviewer.post(reverse("review_decide"), asked(cast, cast.black, "publish"))
            counts.append(len(queries))
    assert counts[0] == counts[1]


def fallen(cast: Cast, count: int, by: Actor) -> list[EntryProposal]:
    """A document on which so many entries rest has fallen."""
    for seed in range(count):
        publish_one(cast, seed=seed, document_number="（2026）测撤销9号")
    report_fallen_basis(
        document_number="（2026）测撤销9号", order=order(), learned_on=clock.today(), by=by, reason="判决已撤销"
    )
    return list(EntryProposal.objects.fallen_basis().order_by("pk"))


def test_removals_that_were_proposed_as_one_act_are_approved_as_one(cast: Cast) -> None:
    clerk, reviewer = cast.actor("clerk"), signed_in(cast.reviewer)
    first, *_others = fallen(cast, 3, clerk)
    other = propose_removal(
        entry=publish_one(cast, seed=9), exit_reason=ExitReason.LISTED_IN_ERROR, by=clerk, reason="判决已撤销"
    )
    alike = {one.pk: reviewer.get(reverse("proposal", args=[one.pk])).context["alike"] for one in (first, other)}
    assert alike == {first.pk: 3, other.pk: 1}

    address = reverse("proposals_approve", args=[first.pk])
    assert reviewer.post(address).context["count"] == 3
    assert reviewer.post(address, {"confirmed": "1", "expected": "2"}).status_code == 409
    assert EntryProposal.objects.filter(state=ProposalState.OPEN).count() == 4

    done = reviewer.post(address, {"confirmed": "1", "expected": "3"})
    assert done["Location"] == reverse("proposal", args=[other.pk])
    assert Publication.objects.get(kind=PublicationKind.REMOVAL).count == 3
    assert EntryProposal.objects.get(state=ProposalState.OPEN) == other
    assert reviewer.post(address).status_code == 409


def test_nobody_approves_together_what_he_proposed_himself(cast: Cast) -> None:
    both = make_user("both", cast.court, Role.CLERK, Role.REVIEWER)
    first, *_others = fallen(cast, 2, actor_of(both))
    assert signed_in(both).get(reverse("proposal", args=[first.pk])).context["alike"] == 0
    answer = signed_in(both).post(reverse("proposals_approve", args=[first.pk]), {"confirmed": "1", "expected": "2"})
    assert answer.status_code >= 400
    assert EntryProposal.objects.filter(state=ProposalState.OPEN).count() == 2


def test_the_desk_says_how_many_proposals_it_does_not_show(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    fallen(cast, 3, cast.actor("clerk"))
    monkeypatch.setattr(review, "MOST_PROPOSALS", 2)
    shown = signed_in(cast.reviewer).get(reverse("review"))
    assert (len(shown.context["proposals"]), shown.context["not_shown"]) == (2, 1)
    assert "另有1条不那么紧急的建议待决定。" in shown.content.decode()


def test_a_nul_in_a_reason_or_an_address_is_left_out(cast: Cast) -> None:
    proposal = fallen(cast, 1, cast.actor("clerk"))[0]
    reviewer, address = signed_in(cast.reviewer), reverse("proposal", args=[proposal.pk])
    assert reviewer.get(f"{reverse('review_group')}?list=%00").status_code == 404
    assert signed_in(cast.clerk).get(f"{reverse('entry_new')}?credit_list=T%00BLACK").status_code == 200
    reviewer.post(address, {"move": "refuse", "reason": "仍\0然成立"})
    assert proposal.moves.get(name="refuse").reason == "仍然成立"


def test_before_the_first_publication_the_page_says_how_one_comes(cast: Cast) -> None:
    client, address = signed_in(cast.clerk), reverse("publications")
    assert "审核人发布后，批次及各单位的响应情况显示在这里。" in client.get(address).content.decode()
    assert "没有符合筛选条件的内容" in client.get(address, {"credit_list": cast.black.code}).content.decode()
