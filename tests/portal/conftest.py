from collections.abc import Iterator

import pytest

from jinan_credit.accounts.rate import forget_calls
from jinan_credit.portal.statistics import forget_statistics
from lists.models import Entry
from tests.cast import Cast, publish_one


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    forget_calls()
    forget_statistics()
    yield
    forget_calls()


@pytest.fixture
def entry(cast: Cast) -> Entry:
    return publish_one(cast, name="济南明湖环保科技有限公司")
