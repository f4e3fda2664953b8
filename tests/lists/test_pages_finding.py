"""The entries page: what its filters find, how it pages, what it keeps, what a batch leaves out."""

from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists import filters, keyset
from lists.enums import DishonestyClass, DocumentType, EntryState, SubjectKind
from lists.filters import EntryFilter
from lists.finding import find
from lists.models import Entry, NumberSearch, SavedFilter, SubjectCode
from lists.services.entries import draft_entry
from lists.services.saved_filters import MOST_KEPT, delete_filter, save_filter
from lists.services.synthetic import citizen_number
from lists.views import entries_list
from tests.cast import Cast, company_values, publish_one
from tests.lists.browser import signed_in
from tests.lists.steps import stay


def drafts(cast: Cast, count: int, seed: int = 1) -> list[Entry]:
    random = Random(seed)
    return [
        draft_entry(credit_list=cast.black, values=company_values(random), by=cast.actor("clerk")) for _ in range(count)
    ]


def page(client: Client, **query: Any) -> Any:
    answer = client.get(f"{reverse('entries')}?{urlencode(query)}")
    assert answer.status_code == 200
    return answer.context


def names(context: Any) -> list[str]:
    return [row.record.subject_name for row in context["table"].rows]


# Filters ------------------------------------------------------------------------------------------------------------


def test_each_filter_narrows(cast: Cast) -> None:
    today = clock.today()
    entry = publish_one(cast, seed=1, document_number="济环罚〔2026〕17号", dishonesty_class=DishonestyClass.MINOR)
    publish_one(cast, seed=2)
    Entry.objects.filter(pk=entry.pk).update(term_to=today + timedelta(days=6), marks=["OBJECTION_OPEN"])
    client = signed_in(cast.clerk)
    for query in (
        {"document": "济环罚〔2026〕"},
        {"document": "济环罚(2026)17"},
        {"document": "济环罚[2026]17"},
        {"dishonesty_class": "MINOR"},
        {"ends_within": "7"},
        {"ends_before": str(today + timedelta(days=7))},
        {"mark": "OBJECTION_OPEN"},
        {"text": entry.subject.code},
        {"text": entry.subject_name},
    ):
        assert names(page(client, **query)) == [entry.subject_name], query
    for query in (
        {"kind": "BLACK"},
        {"unit": cast.court.code},
        {"listed_since": str(today)},
        {"in_force": "yes"},
        {"ends_after": str(today)},
        {"subject_kind": "LEGAL_PERSON"},
    ):
        assert page(client, **query)["total"] == 2, query
    for query in (
        {"kind": "RED"},
        {"listed_since": str(today + timedelta(days=1))},
        {"in_force": "no"},
        {"ends_after": "2099-01-01"},
        {"mark": "UNDER_SUIT"},
        {"state": "STAYED"},
    ):
        assert page(client, **query)["total"] == 0, query


@pytest.mark.parametrize("few", [0, filters.FEW_CHANGES])
def test_listed_since_is_about_the_listing_and_not_about_later_changes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(filters, "FEW_CHANGES", few)
    today = clock.today()
    with time_machine.travel(clock.now() - timedelta(days=9)):
        earlier = publish_one(cast, seed=1)
    listed, left = publish_one(cast, seed=2), publish_one(cast, seed=3)
    stay(cast, earlier)
    stay(cast, left)
    client = signed_in(cast.clerk)
    since = {day: names(page(client, listed_since=str(today - timedelta(days=day)))) for day in (0, 9)}
    assert since[0] == [left.subject_name, listed.subject_name]
    assert since[9] == [left.subject_name, listed.subject_name, earlier.subject_name]


def test_older_code_finds_the_subject(cast: Cast) -> None:
    entry, _other = drafts(cast, 2)
    SubjectCode.objects.create(subject=entry.subject, code="370100200012345", label="注册号")
    assert names(page(signed_in(cast.clerk), text="3701 0020 0012 345")) == [entry.subject_name]


@pytest.mark.parametrize(
    "hostile", ["' OR 1=1 --", "%%", "__", "(.*)+$", "\\", "$(id)", "济%", "a'); DROP TABLE lists_entry; --"]
)
def test_payloads_are_literal(cast: Cast, hostile: str) -> None:
    drafts(cast, 2)
    client = signed_in(cast.clerk)
    for name in ("text", "document"):
        assert page(client, **{name: hostile})["total"] == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", "x"),
        ("credit_list", "nothing"),
        ("state", "X"),
        ("ends_before", "yesterday"),
        ("ends_within", "5"),
        ("from_import", "abc"),
        ("person", "1"),
        ("sort", "facts"),
        ("listed_since", "31.31.2026"),
    ],
)
def test_what_is_not_valid_is_told_beside_the_field_and_nothing_is_shown(cast: Cast, name: str, value: str) -> None:
    drafts(cast, 1)
    context = page(signed_in(cast.clerk), **{name: value})
    assert name in context["filter"].form.errors
    assert context["total"] == 0


def test_a_beginning_that_too_many_documents_share_asks_for_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts(cast, 3)
    monkeypatch.setattr(filters, "MOST_DOCUMENTS", 2)
    context = page(signed_in(cast.clerk), document="（2026）测")
    assert "document" in context["filter"].form.errors
    assert context["total"] == 0


def test_more_names_than_are_looked_at_are_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts(cast, 3)
    client = signed_in(cast.clerk)
    assert not page(client, text="公司")["is_cut"]
    monkeypatch.setattr(filters, "MOST_NAMED", 2)
    context = page(client, text="公司")
    assert context["is_cut"]
    assert context["total"] == 2


def test_chips_come_off_one_by_one(cast: Cast) -> None:
    drafts(cast, 1)
    shown = signed_in(cast.clerk).get(f"{reverse('entries')}?state=DRAFT&kind=BLACK&sort=name&after={uuid4()}")
    content = shown.content.decode()
    assert 'href="/entries/?kind=BLACK&amp;sort=name"' in content
    assert 'href="/entries/?state=DRAFT&amp;sort=name"' in content


@pytest.mark.parametrize("who", ["clerk", "reviewer", "finance_clerk", "transport_clerk", "stranger", "coordinator"])
def test_what_is_found_is_what_one_may_see(cast: Cast, who: str, rf: Any) -> None:
    drafts(cast, 2)
    for seed, credit_list in ((5, cast.black), (6, cast.red)):
        publish_one(cast, seed=seed, credit_list=credit_list, dishonesty_class="ORDINARY")
    actor = cast.actor(who)
    request = rf.get("/")
    request.actor = actor
    found = find(EntryFilter({}, queryset=Entry.objects.all(), request=request), actor)
    own, listed = set(found.own), set(found.listed)
    assert not own & listed
    assert own | listed == set(Entry.objects.visible_to(actor))
    count, newest = found.count({}, 50)
    assert count == len(own) + len(listed)
    assert newest is not None
    assert newest.ids == sorted((entry.pk for entry in own | listed), reverse=True)
    for order in keyset.ORDERS.values():
        assert set(found.page(order, {}, 50).ids) == {entry.pk for entry in own | listed}


# Pages by key -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(keyset.ORDERS))
def test_pages_hold_every_entry_once_both_ways(cast: Cast, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries_list, "PER_PAGE", 3)
    made = drafts(cast, 8)
    Entry.objects.filter(pk__in=[one.pk for one in made[:5]]).update(subject_name="同名公司")
    client = signed_in(cast.clerk)
    seen, walked = [], page(client, sort=order)
    assert not walked["page"].before
    while True:
        seen += [row.record.pk for row in walked["table"].rows]
        if not walked["page"].after:
            break
        walked = page(client, sort=order, after=walked["page"].after)
    assert sorted(seen) == sorted(one.pk for one in made)
    back = [row.record.pk for row in walked["table"].rows]
    while walked["page"].before:
        walked = page(client, sort=order, before=walked["page"].before)
        back = [row.record.pk for row in walked["table"].rows] + back
    assert back == seen


def test_a_page_stays_where_it_is_when_entries_come(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries_list, "PER_PAGE", 3)
    drafts(cast, 6)
    client = signed_in(cast.clerk)
    border = page(client)["page"].after
    second = names(page(client, after=border))
    drafts(cast, 4, seed=2)
    assert names(page(client, after=border)) == second


@pytest.mark.parametrize("border", ["", "x", "00000000-0000-0000-0000-000000000000", "' OR 1=1"])
def test_a_border_that_is_none_shows_the_first_page(cast: Cast, border: str) -> None:
    drafts(cast, 2)
    client = signed_in(cast.clerk)
    assert names(page(client, after=border)) == names(page(client, before=border)) == names(page(client))


@pytest.mark.parametrize("order", list(keyset.ORDERS))
def test_an_entry_that_one_may_not_see_is_no_border(cast: Cast, order: str) -> None:
    """A page that began behind it would tell where its name and its days lie."""
    unseen = drafts(cast, 1)[0]
    for seed in (5, 6):
        publish_one(cast, seed=seed)
    client = signed_in(cast.finance_clerk)
    everything = names(page(client, sort=order))
    assert len(everything) == 2
    for way in ("after", "before"):
        assert names(page(client, sort=order, **{way: unseen.pk})) == everything


def test_beyond_the_countable_the_number_is_an_estimate_and_sorting_by_name_is_not_offered(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jinan_credit.accounts import tables

    drafts(cast, 5)
    monkeypatch.setattr(entries_list, "MOST_COUNTED", 3)
    monkeypatch.setattr(tables, "MOST_COUNTED", 3)
    context = page(signed_in(cast.clerk), sort="name")
    assert context["selectable"] > context["most_selected"], "taking all is not offered: it would be refused"
    assert context["total"] is None
    assert context["about"] >= 3
    assert context["unsorted"].name == "name"


@pytest.mark.parametrize("query", ["", "state=DRAFT", "text=公司", "sort=name", "kind=BLACK"])
def test_queries_do_not_grow_with_the_rows(cast: Cast, query: str) -> None:
    client = signed_in(cast.clerk)
    costs = []
    for seed, count in enumerate((1, 9, 90)):
        drafts(cast, count, seed)
        client.get(f"{reverse('entries')}?{query}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{reverse('entries')}?{query}")
        costs.append(len(queries))
    assert costs[0] == costs[1] == costs[2], costs


@pytest.mark.parametrize("name", ["exports", "export_new", "number_search"])
def test_pages_beside_ask_few_queries(cast: Cast, name: str) -> None:
    client = signed_in(cast.clerk)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(name)).status_code == 200
    assert len(queries) < 20


# A person by number -------------------------------------------------------------------------------------------------


def a_person(cast: Cast, seed: int = 8) -> tuple[Entry, str]:
    number = citizen_number(Random(seed))
    values = {"kind": SubjectKind.NATURAL_PERSON, "code": "", "document_type": DocumentType.CITIZEN, "number": number}
    return publish_one(cast, seed=seed, name="王测试", representative="", **values), number


def test_a_number_is_searched_by_post_with_a_reason_and_logged(cast: Cast) -> None:
    entry, number = a_person(cast)
    publish_one(cast, seed=2)
    client = signed_in(cast.finance_clerk)
    asked = {"document_type": "CITIZEN", "number": number, "reason": "政府采购资格审查"}
    answer = client.post(reverse("number_search"), asked)
    assert answer.status_code == 302
    assert number not in answer["Location"]
    found = client.get(answer["Location"])
    assert names(found.context) == ["王测试"]
    assert number not in found.content.decode()
    search = NumberSearch.objects.get()
    assert (search.by, search.reason, search.found) == (cast.finance_clerk, "政府采购资格审查", 1)
    assert number not in (search.number_index, search.masked_number)
    assert entry.pk == Entry.objects.get(subject__number_index=search.number_index).pk


def test_another_persons_search_cannot_be_used(cast: Cast) -> None:
    _entry, number = a_person(cast)
    asked = {"document_type": "CITIZEN", "number": number, "reason": "核查"}
    address = signed_in(cast.finance_clerk).post(reverse("number_search"), asked)["Location"]
    context = signed_in(cast.clerk).get(address).context
    assert context["total"] == 0
    assert "person" in context["filter"].form.errors


def test_a_search_finds_only_what_one_may_see_and_is_logged_all_the_same(cast: Cast) -> None:
    _entry, number = a_person(cast)
    asked = {"document_type": "CITIZEN", "number": number, "reason": "核查"}
    client = signed_in(cast.stranger)
    assert client.get(client.post(reverse("number_search"), asked)["Location"]).context["total"] == 0
    assert NumberSearch.objects.get().found == 0


@pytest.mark.parametrize(
    "wrong", [{"reason": " "}, {"number": ""}, {"number": "379999199003072316"}, {"document_type": "X"}]
)
def test_a_search_without_reason_or_whole_number_is_refused_and_not_logged(cast: Cast, wrong: dict[str, str]) -> None:
    asked = {"document_type": "CITIZEN", "number": citizen_number(Random(1)), "reason": "核查", **wrong}
    assert signed_in(cast.clerk).post(reverse("number_search"), asked).status_code == 400
    assert not NumberSearch.objects.exists()


# Saved filters ------------------------------------------------------------------------------------------------------


def test_filters_are_kept_applied_changed_and_deleted(cast: Cast) -> None:
    client = signed_in(cast.clerk)
    kept = client.post(reverse("filter_save"), {"name": " 我的 草稿 ", "query": "sort=name&state=DRAFT&page=3&evil=1"})
    saved = SavedFilter.objects.get()
    assert (saved.name, saved.query) == ("我的 草稿", "state=DRAFT&sort=name")
    assert kept["Location"] == f"/entries/?state=DRAFT&sort=name&saved={saved.pk}"
    applied = client.get(kept["Location"]).context
    assert applied["applied"] == saved
    assert not applied["is_changed"]
    assert client.get(f"{kept['Location']}&kind=RED").context["is_changed"]
    client.post(reverse("filter_save"), {"name": "我的 草稿", "query": "state=RETURNED"})
    assert SavedFilter.objects.get().query == "state=RETURNED"
    assert signed_in(cast.reviewer).post(reverse("filter_delete", args=[saved.pk])).status_code == 404
    assert signed_in(cast.reviewer).get(reverse("entries")).context["saved_filters"] == []
    client.post(reverse("filter_delete", args=[saved.pk]))
    assert not SavedFilter.objects.exists()


def test_refusals_of_saved_filters(cast: Cast) -> None:
    by = cast.actor("clerk")

    def refused(**values: Any) -> str:
        with pytest.raises(DomainError) as refusal:
            save_filter(**{"page": "entries", "name": "a", "query": "", "by": by, **values})
        return refusal.value.code

    assert refused(name=" ") == "name_missing"
    assert refused(name="长" * 51) == "name_too_long"
    assert refused(query="x" * 2001) == "query_too_long"
    assert refused(page="no-such-page") == "page_unknown"
    assert refused(page="screenings", by=cast.actor("coordinator")) == "act_not_allowed"
    mine = save_filter(page="entries", name="0", query="", by=by)
    with pytest.raises(DomainError) as refusal:
        delete_filter(saved=mine, by=cast.actor("reviewer"))
    assert refusal.value.code == "filter_not_found"
    for number in range(1, MOST_KEPT):
        save_filter(page="entries", name=str(number), query="", by=by)
    assert refused(name="one more") == "too_many_filters"
    save_filter(page="entries", name="1", query="state=DRAFT", by=by)
    save_filter(page="tasks", name="one more", query="", by=by)


# Batches ------------------------------------------------------------------------------------------------------------


def test_a_batch_says_before_and_after_what_it_leaves_out(cast: Cast) -> None:
    first, second, third = drafts(cast, 3)
    cast.black.required_fields = ["REPRESENTATIVE"]
    cast.black.save()
    third.related_persons.all().delete()
    client = signed_in(cast.clerk)
    chosen = {"all": "1", "query": "state=DRAFT", "step": "submit"}
    before = client.post(reverse("entries_submit"), chosen)
    assert (before.context["preview"].selected, before.context["preview"].ready) == (3, 2)
    assert third.subject_name in before.content.decode()
    assert set(Entry.objects.values_list("state", flat=True)) == {EntryState.DRAFT}
    after = client.post(reverse("entries_submit"), {**chosen, "confirmed": "1", "expected": "3"})
    outcome = after.context["outcome"]
    assert outcome.done == 2
    assert [(one.entry_id, one.code) for one in outcome.left_out] == [(third.pk, "field_required")]
    states = {one.pk: one.state for one in Entry.objects.all()}
    assert states == {first.pk: "IN_REVIEW", second.pk: "IN_REVIEW", third.pk: "DRAFT"}


def test_a_batch_that_changed_meanwhile_is_not_taken(cast: Cast) -> None:
    drafts(cast, 2)
    chosen = {"all": "1", "query": "state=DRAFT", "step": "submit", "confirmed": "1", "expected": "3"}
    assert signed_in(cast.clerk).post(reverse("entries_submit"), chosen).status_code == 409
    assert set(Entry.objects.values_list("state", flat=True)) == {EntryState.DRAFT}


def test_discarding_asks_for_a_reason_and_keeps_the_selection(cast: Cast) -> None:
    entry, _other = drafts(cast, 2)
    client = signed_in(cast.clerk)
    chosen = {"entry": str(entry.pk), "step": "discard", "confirmed": "1", "expected": "1"}
    refused = client.post(reverse("entries_submit"), {**chosen, "reason": " "})
    assert refused.status_code == 400
    assert f'value="{entry.pk}"' in refused.content.decode()
    client.post(reverse("entries_submit"), {**chosen, "reason": "录入有误"})
    entry.refresh_from_db()
    assert entry.state == EntryState.DISCARDED


def test_notice_is_refused_where_the_list_asks_for_none(cast: Cast) -> None:
    (entry,) = drafts(cast, 1)
    chosen = {"entry": str(entry.pk), "step": "notify"}
    answer = signed_in(cast.clerk).post(reverse("entries_submit"), chosen)
    assert answer.context["preview"].ready == 0
    assert "confirmed" not in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "status"), [({}, 302), ({"all": "1", "query": "state=X"}, 400), ({"entry": "x"}, 302)]
)
def test_nothing_is_done_without_a_selection(cast: Cast, wrong: dict[str, str], status: int) -> None:
    """Whoever ticked nothing comes back to the boxes."""
    (entry,) = drafts(cast, 1)
    answer = signed_in(cast.clerk).post(reverse("entries_submit"), {**wrong, "confirmed": "1", "expected": "1"})
    assert answer.status_code == status
    entry.refresh_from_db()
    assert entry.state == EntryState.DRAFT


def test_a_batch_of_an_unknown_step_is_not_there(cast: Cast) -> None:
    (entry,) = drafts(cast, 1)
    for step in ("publish", "remove", "x"):
        chosen = {"entry": str(entry.pk), "step": step, "confirmed": "1", "expected": "1"}
        assert signed_in(cast.clerk).post(reverse("entries_submit"), chosen).status_code == 404


def test_filters_in_words_name_labels_and_values(cast: Cast, rf: Any) -> None:
    request = rf.get("/")
    request.actor = cast.actor("clerk")
    filtered = EntryFilter({"state": "DRAFT", "credit_list": "TBLACK"}, queryset=Entry.objects.all(), request=request)
    assert cast.black.name in filtered.in_words()
    assert "DRAFT" not in filtered.in_words()
