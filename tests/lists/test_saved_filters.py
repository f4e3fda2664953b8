"""Filters kept under a name, on every page of rows that has them."""

import pytest
from django.urls import reverse

from lists.models import SavedFilter
from lists.services.export_sources import SOURCES, source_of_page
from tests.cast import Cast
from tests.lists.browser import signed_in

QUERY_OF = {
    "entries": "state=DRAFT&sort=name",
    "tasks": "state=TO_SIGN&overdue=yes&sort=due_on",
    "screenings": "result=HIT&since=2026-01-01&sort=-screened_at",
    "executions": "outcome=APPLIED&whose=own&sort=performed_on",
    "publications": "credit_list=TBLACK&kind=LISTING&sort=-number",
    "objections": "state=SUBMITTED&overdue=yes&sort=due_on",
    "repairs": "state=SUBMITTED&escalated=yes&sort=-received_on",
}


@pytest.mark.parametrize(("page", "query"), QUERY_OF.items())
def test_filters_are_kept_applied_changed_and_deleted(cast: Cast, page: str, query: str) -> None:
    client, colleague = signed_in(cast.clerk), signed_in(cast.reviewer)
    shown = client.get(f"{reverse(page)}?{query}&evil=1&page=3")
    assert f'name="page" value="{page}"' in shown.content.decode()
    kept = client.post(reverse("filter_save"), {"page": page, "name": " 我的 ", "query": f"{query}&evil=1&page=3"})
    saved = SavedFilter.objects.get()
    assert (saved.owner, saved.page, saved.name, saved.query) == (cast.clerk, page, "我的", query)
    assert kept["Location"] == f"{reverse(page)}?{query}&saved={saved.pk}"
    applied = client.get(kept["Location"])
    assert applied.status_code == 200
    assert applied.context["filter"].is_valid(), applied.context["filter"].errors
    assert (applied.context["applied"], applied.context["is_changed"]) == (saved, False)
    assert f'href="{reverse(page)}?{query.replace("&", "&amp;")}&amp;saved={saved.pk}"' in applied.content.decode()
    assert client.get(reverse(page), {"saved": saved.pk}).context["is_changed"]
    theirs = colleague.get(f"{reverse(page)}?saved={saved.pk}").context
    assert (theirs["saved_filters"], theirs["applied"]) == ([], None)
    assert colleague.post(reverse("filter_delete", args=[saved.pk])).status_code == 404
    assert client.post(reverse("filter_delete", args=[saved.pk]))["Location"] == reverse(page)
    assert not SavedFilter.objects.exists()


def test_each_page_keeps_its_own(cast: Cast) -> None:
    client = signed_in(cast.clerk)
    for page, query in QUERY_OF.items():
        client.post(reverse("filter_save"), {"page": page, "name": "每日", "query": query})
    assert dict(SavedFilter.objects.values_list("page", "query")) == QUERY_OF
    for page in QUERY_OF:
        assert [one.page for one in client.get(reverse(page)).context["saved_filters"]] == [page]


def test_of_no_page_and_of_one_that_he_may_not_open_nothing_is_kept(cast: Cast) -> None:
    client = signed_in(cast.coordinator)
    asked = {"name": "x", "query": "result=HIT"}
    assert client.post(reverse("filter_save"), {**asked, "page": "no-such-page"}).status_code == 404
    client.post(reverse("filter_save"), {**asked, "page": "screenings"})
    assert not SavedFilter.objects.exists()


def test_what_is_asked_for_beside_the_filters_is_kept_also_when_it_is_empty() -> None:
    """`unit=` of the inbox is every unit, for whoever oversees and signs; left out it is his own."""
    tasks = SOURCES["tasks"]
    assert tasks.query_of({"unit": "", "state": "", "x": "1"}) == "unit="
    assert tasks.query_of({"state": "TO_SIGN", "unit": "finance"}) == "state=TO_SIGN&unit=finance"
    assert tasks.query_of({}) == ""
    assert source_of_page("tasks") is tasks
