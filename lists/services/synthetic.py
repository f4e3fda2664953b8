"""Parties that do not exist, with codes that are valid: for demonstrations, tests and measurements.

USCC carry the division 379900 and citizen numbers the region 379999, which no authority assigns.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from jinan_credit.kernel.identifiers import citizen_check_character, uscc_check_character
from lists.enums import ListKind
from lists.models import CreditList
from lists.services.import_files import COLUMNS

_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_FIRST = "鲁泉齐历明趵舜华润恒泰瑞鑫盛宏广远诚信达昌隆和顺康佳美新德嘉天海云山金银玉龙凤祥福"
_TRADES = (
    "商贸",
    "建筑工程",
    "食品",
    "物流",
    "信息技术",
    "机械制造",
    "置业",
    "环保科技",
    "医药",
    "餐饮管理",
    "农资",
    "运输",
)
_FORMS = ("有限公司", "有限公司", "有限责任公司", "股份有限公司")
_FAMILY = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华"
_GROUNDS = {
    ListKind.BLACK: (
        "有履行能力而拒不履行生效法律文书确定义务",
        "虚开发票",
        "生产经营不符合安全标准的产品",
        "提供虚假材料",
    ),
    ListKind.RED: ("连续三年依法诚信纳税", "信用状况良好", "志愿服务突出"),
}


def uscc(random: Random) -> str:
    """A valid unified social credit code of a party that does not exist."""
    body = "91379900" + "".join(random.choices(_CODE_ALPHABET, k=9))
    return body + uscc_check_character(body)


def citizen_number(random: Random) -> str:
    """A valid citizen number of a person who does not exist."""
    born = date(1960, 1, 1) + timedelta(days=random.randrange(15_000))
    body = f"379999{born:%Y%m%d}{random.randrange(1000):03d}"
    return body + citizen_check_character(body)


def company_name(random: Random) -> str:
    return (
        "济南"
        + "".join(random.choices(_FIRST, k=random.choice((2, 2, 3))))
        + random.choice(_TRADES)
        + random.choice(_FORMS)
    )


def person_name(random: Random) -> str:
    return random.choice(_FAMILY) + "".join(random.choices(_GIVEN, k=random.choice((1, 2))))


def list_rows(
    credit_list: CreditList, count: int, *, random: Random, today: date, persons: float = 0.0
) -> Iterator[list[str]]:
    """Rows of a list file in the order of COLUMNS; `persons` is the share of natural persons."""
    grounds = _GROUNDS[ListKind(credit_list.kind)]
    unit = credit_list.initiating_units.order_by("pk").first()
    decider = unit.name if unit else credit_list.name
    for number in range(1, count + 1):
        decided_on = today - timedelta(days=random.randrange(1, 60))
        is_person = random.random() < persons
        yield [
            "自然人" if is_person else "法人",
            person_name(random) if is_person else company_name(random),
            "" if is_person else uscc(random),
            "居民身份证" if is_person else "",
            citizen_number(random) if is_person else "",
            "" if is_person else person_name(random),
            credit_list.legal_basis[:400],
            f"（{decided_on.year}）{decider}决字第{random.randrange(10**9):09d}-{number}号",
            decided_on.isoformat(),
            decided_on.isoformat(),
            "",
            "",
            random.choice(grounds),
            "",
            "" if credit_list.kind == ListKind.RED else random.choice(("一般", "严重")),
            "",
        ]


def list_file(credit_list: CreditList, count: int, *, random: Random, today: date, persons: float = 0.0) -> io.BytesIO:
    """The same as a CSV file ready to be imported."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(list_rows(credit_list, count, random=random, today=today, persons=persons))
    return io.BytesIO(text.getvalue().encode("utf-8-sig"))
