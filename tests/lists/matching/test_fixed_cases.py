"""Cases written by hand: each difference once, in a small town whose names are easily confused."""

from random import Random

import pytest

from lists.enums import NameDifference
from lists.matching.search import find_names
from lists.models import Subject, SubjectName
from lists.services.subjects import index_names
from lists.services.synthetic import citizen_number, uscc
from tests.lists.matching.persons import make_person

TOWN = (
    "济南鲁泉商贸有限公司",
    "济南鲁源商贸有限公司",
    "青岛鲁泉商贸有限公司",
    "济南鲁泉餐饮管理有限公司",
    "山东明湖环保科技有限责任公司",
    "济南市历下区趵突信息技术股份有限公司",
    "泰瑞（济南）新材料有限公司",
    "章丘市绣惠大葱种植专业合作社",
    "济南千佛山旅游开发有限公司",
    "济南千佛山旅游开发有限公司历城分公司",
    "济阳县华远机械厂",
    "济南大明湖饭店",
    "山东舜耕建筑装饰工程有限公司",
    "济南舜华软件有限公司",
)
FOUND = (
    ("济南鲁泉商贸有限公司", "济南鲁泉商贸有限公司", "SAME"),
    ("济南鲁泉商贸公司", "济南鲁泉商贸有限公司", "FORM"),
    ("济南鲁泉商贸", "济南鲁泉商贸有限公司", "FORM"),
    ("山东省济南市鲁泉商贸有限公司", "济南鲁泉商贸有限公司", "PLACE_LEFT_OUT"),
    ("明湖环保科技有限责任公司", "山东明湖环保科技有限责任公司", "PLACE_LEFT_OUT"),
    ("趵突信息技术股份有限公司", "济南市历下区趵突信息技术股份有限公司", "PLACE_LEFT_OUT"),
    ("济南泰瑞新材料有限公司", "泰瑞（济南）新材料有限公司", "SPELLING"),
    ("泰瑞(济南)新材料有限公司", "泰瑞（济南）新材料有限公司", "SPELLING"),
    ("泰瑞济南新材料有限公司", "泰瑞（济南）新材料有限公司", "SPELLING"),
    ("ＪＮ", None, None),
    ("济 南 鲁泉　商贸\u200b有限公司", "济南鲁泉商贸有限公司", "SPELLING"),
    ("濟南魯泉商貿有限公司", "济南鲁泉商贸有限公司", "SPELLING"),
    ("山东明湖坏保科技有限责任公司", "山东明湖环保科技有限责任公司", "SHAPE"),
    ("济南鲁帛商贸有限公司", "济南鲁泉商贸有限公司", "SHAPE"),
    ("济南鲁全商贸有限公司", "济南鲁泉商贸有限公司", "SOUND"),
    ("济南泉鲁商贸有限公司", "济南鲁泉商贸有限公司", "SWAP"),
    ("山东明湖环科技有限责任公司", "山东明湖环保科技有限责任公司", "MISSING"),
    ("山东明湖环保科技技有限责任公司", "山东明湖环保科技有限责任公司", "EXTRA"),
    ("济楠千佛山旅游开发有限公司", "济南千佛山旅游开发有限公司", "PLACE_SPELLING"),
    ("舜耕", "山东舜耕建筑装饰工程有限公司", "TRADE_LEFT_OUT"),
    ("千佛山", "济南千佛山旅游开发有限公司", "TRADE_LEFT_OUT"),
    ("建筑装饰", "山东舜耕建筑装饰工程有限公司", "PART"),
    ("绣惠", "章丘市绣惠大葱种植专业合作社", "PART"),
    ("SGJZZSGC", "山东舜耕建筑装饰工程有限公司", "INITIALS"),
    ("jnqfslykfyxgs", "济南千佛山旅游开发有限公司", "INITIALS"),
    ("千佛山旅游开发有限公司历城分公司", "济南千佛山旅游开发有限公司历城分公司", "PLACE_LEFT_OUT"),
    ("济南大明湖饭店", "济南大明湖饭店", "SAME"),
)
NOBODY = (
    "济南鲁海商贸有限公司",
    "济南鲁泉物流有限公司",
    "烟台鲁泉商贸有限公司",
    "山东明远环保科技有限责任公司",
    "济南千佛山旅游开发有限公司章丘分公司",
    "济南第一舜华软件有限公司",
    "济南泉城广场商贸有限公司",
)


@pytest.fixture
def town(db: None) -> None:
    random = Random(1)
    Subject.objects.bulk_create([Subject(kind="LEGAL_PERSON", name=name, code=uscc(random)) for name in TOWN])


@pytest.mark.parametrize(("text", "name", "kind"), FOUND)
@pytest.mark.parametrize("is_read", [True, False], ids=["read", "not read yet"])
def test_is_found_first(town: None, text: str, name: str | None, kind: str | None, is_read: bool) -> None:
    if is_read:
        index_names()
    found = find_names(text)
    assert (found[0].name, found[0].kind) == (name, kind) if name else not found


@pytest.mark.parametrize("text", NOBODY)
@pytest.mark.parametrize("is_read", [True, False], ids=["read", "not read yet"])
def test_is_nobody(town: None, text: str, is_read: bool) -> None:
    if is_read:
        index_names()
    assert not [match.name for match in find_names(text) if match.certain]


ODD = ("", " ", "湖", "%", "%%%", "__", "' OR 1=1 --", ".*", "\x00", "()", "有限公司", "公司", "🙂🙂")


@pytest.mark.parametrize("text", ODD)
def test_nothing_odd_finds_anything(town: None, text: str) -> None:
    index_names()
    assert not find_names(text)


def test_a_natural_person_is_found_by_the_whole_name_only_and_never_certain(town: None) -> None:
    person = make_person("欧阳明湖", citizen_number(Random(3)))
    for _each in range(2):
        (found,) = find_names("欧阳 明湖")
        assert (found.subject_id, found.certain, found.kind) == (person.pk, False, NameDifference.PERSON)
        for text in ("欧阳", "欧阳明", "欧阳明胡", "oymh", "欧阳明湖商贸"):
            assert person.pk not in [match.subject_id for match in find_names(text)]
        index_names()


def test_a_subject_comes_once_by_the_name_that_is_nearest(town: None) -> None:
    subject = Subject.objects.get(name=TOWN[0])
    SubjectName.objects.create(subject=subject, name="济南鲁泉商贸有限责任公司")
    index_names()
    found = [match for match in find_names("济南鲁泉商贸有限责任公司") if match.subject_id == subject.pk]
    assert [(match.name, match.score) for match in found] == [("济南鲁泉商贸有限责任公司", 1.0)]


def test_the_explanation_says_what_differs(town: None) -> None:
    index_names()
    found = find_names("济南鲁全商贸公司")[0]
    assert [(one.kind, one.asked, one.found) for one in found.differences] == [
        ("SOUND", "全", "泉"),
        ("FORM", "公司", "有限公司"),
    ]
    assert "全" in found.explanation
    assert "泉" in found.explanation


def test_at_most_the_limit_and_never_more_look_ups(town: None, django_assert_max_num_queries: object) -> None:
    index_names()
    for text in ("济南", "山东", "明湖", "济南鲁泉商贸有限公司", "没有这样的名字"):
        with django_assert_max_num_queries(11):  # type: ignore[operator]
            assert len(find_names(text, limit=2)) <= 2
