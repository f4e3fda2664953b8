"""Who answers for what, on the plan's own data."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Memorandum
from catalog.selectors import measures_for, responsible_units
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.selectors import current_holders

TODAY = date(2026, 11, 24)


def _names(units):
    return sorted(unit.name for unit in units)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("市工商局", "市市场监管局"),
        ("市国税局", "市税务局"),
        ("市安监局", "市应急管理局"),
        ("市环保局", "市生态环境局"),
        ("山东银监局", "金融监管总局山东监管局"),
        ("济南出入境检验检疫局", "济南海关"),
        ("人民银行济南分行营管部", "人民银行山东省分行"),
        ("市城管局", "市城管局"),
    ],
)
def test_who_answers_today(reference, old, new):
    assert current_holders(TODAY)[Unit.objects.get(name=old).pk] == Unit.objects.get(name=new).pk


def test_the_cooperating_units_of_memorandum_fourteen(reference):
    memoranda = Memorandum.objects.filter(number=14)
    then, now = (set(_names(responsible_units(measures_for(memoranda, on=on), on))) for on in (date(2017, 7, 1), TODAY))
    assert {"市国税局", "市地税局", "市公安局", "山东证监局"} <= then
    assert {"市税务局", "市公安局", "山东证监局", "市市场监管局"} <= now
    assert not {"市国税局", "市地税局", "市工商局"} & now
    assert not {"历下区", "市气象局"} & (then | now)


def test_query_counts_do_not_grow(reference):
    unit = Unit.objects.get(name="市税务局")
    counts = set()
    for numbers in ([14], range(19)):
        with CaptureQueriesContext(connection) as queries:
            measures = measures_for(Memorandum.objects.filter(number__in=numbers), on=TODAY)
            for measure in measures:
                assert list(measure.bases.all())
            list(responsible_units(measures, TODAY))
            list(measures_for(Memorandum.objects.filter(number__in=numbers), on=TODAY, unit=unit))
        counts.add(len(queries))
    assert len(counts) == 1
    assert counts.pop() <= 10
