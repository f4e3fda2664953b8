"""A list without a row says where its rows come from, or that its filters hide them."""

import pytest
from django.test import Client
from django.utils.translation import gettext

from tests.cast import Cast

LISTS = {
    "/imports/": "status=x",
    "/publications/": "kind=x",
    "/notices/": "kind=x",
    "/nominations/": "state=x",
    "/credit-promises/": "state=x",
    "/objections/": "number=x",
    "/repairs/": "number=x",
    "/cases/": "state=x",
}
"""Each with a filter that nothing matches."""


@pytest.mark.django_db
@pytest.mark.parametrize("address", LISTS)
def test_an_empty_list_says_what_comes_here_or_that_filters_hide_it(cast: Cast, address: str) -> None:
    page = Client()
    page.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    nothing, filtered = (page.get(f"{address}{query}").content.decode() for query in ("", f"?{LISTS[address]}"))
    hides = gettext("Nothing matches these filters.")
    assert hides not in nothing
    assert 'class="empty-hint"' in nothing or 'class="btn btn-primary" href=' in nothing.partition("empty-state")[2]
    assert hides in filtered
