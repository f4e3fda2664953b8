"""Any page number and size in an address gives a page: in place of one that is not there comes the nearest."""

import pytest

from tests.cast import Cast, publish_one
from tests.lists.browser import signed_in


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["publications", "imports", "screenings", "exports", "nominations"])
@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=99", "page=x", "per_page=-1", "per_page=9999", "sort=x"])
def test_a_wild_address_gives_a_page(cast: Cast, address: str, query: str) -> None:
    publish_one(cast)
    assert signed_in(cast.clerk).get(f"/{address}/?{query}").status_code == 200
