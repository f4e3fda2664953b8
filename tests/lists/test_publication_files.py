"""Publications as a file: the rows of the page, for who sees them."""

from typing import Any

import pytest
from django.urls import reverse

from jinan_credit.kernel import clock
from lists.models import Publication
from tests.cast import Cast, publish_one
from tests.lists.browser import signed_in
from tests.lists.exported import cost_of_export, exported_rows


@pytest.fixture(autouse=True)
def own_files(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_each_takes_what_he_sees_on_the_page(cast: Cast) -> None:
    publish_one(cast, seed=1)
    publish_one(cast, seed=2, credit_list=cast.red)
    for who, query, count in (
        ("clerk", "", 2),
        ("clerk", "credit_list=TRED", 1),
        ("clerk", "kind=REMOVAL", 0),
        ("coordinator", "", 2),
        ("finance_clerk", "", 0),
        ("stranger", "", 0),
    ):
        shown = signed_in(getattr(cast, who)).get(f"{reverse('publications')}?{query}")
        rows = exported_rows(cast, who, "publications", query)
        assert [row[0] for row in rows] == [one.number for one in shown.context["table"].data.data.order_by("-pk")]
        assert len(rows) == count
        assert (f"{reverse('export_new', args=['publications'])}?{query}" in shown.content.decode()) == bool(count)


def test_a_line_says_what_the_page_says(cast: Cast) -> None:
    publish_one(cast)
    made = Publication.objects.get()
    ((*cells, published_at),) = exported_rows(cast, "clerk", "publications")
    assert cells == [made.number, made.get_kind_display(), cast.black.name, "1", cast.court.name, "reviewer"]
    assert published_at == f"{clock.in_jinan(made.published_at):%Y-%m-%d %H:%M}"
    Publication.objects.update(approved_by=None, made_by=None)
    assert exported_rows(cast, "clerk", "publications")[0][5] == "系统"


def test_it_costs_the_same_for_one_and_for_ten(cast: Cast) -> None:
    publish_one(cast)
    cost_of_export(cast, "clerk", "publications")
    one = cost_of_export(cast, "clerk", "publications")
    for seed in range(2, 11):
        publish_one(cast, seed=seed)
    assert cost_of_export(cast, "clerk", "publications") == one
