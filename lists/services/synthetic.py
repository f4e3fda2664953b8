"""Parties that do not exist, with codes that are valid: for demonstrations, tests and measurements.

USCC carry the division 379900 and citizen numbers the region 379999, which no authority assigns.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
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


_SYLLABLES = (
    "华鲁泰盛宏瑞鑫恒达信诚昌德远润丰泉城明湖历山长清天海云金玉龙凤祥福顺康佳美新嘉广隆和聚源博雅创智慧联邦捷锦绣江河春秋兴旺"
    "永茂凯旋星光辉耀腾飞鹏鹰虎豪杰英卓越超群众合益民利生力拓展翔宇航程安宁静怡然乐欣悦馨香樱梅兰竹菊松柏桐枫林森木石岩岳峰岭"
    "川溪涧波涛浪潮汐沙洲岛屿港湾桥路通达驰骋骏马奔腾牛羊鹿鹤燕雁鸿雀凌云霄汉乾坤宸宇晟睿哲翰墨书香文景尚品优良甄选匠心巧工坊"
    "东西南北中正大元亨利贞吉庆喜善仁义礼智孝悌忠勤俭朴厚德载物一二三百千万亿伟业建功立成就梦想未来时代世纪国际环球亚欧太平洋"
)
_MORE_TRADES = (  # noqa: SIM905
    "商贸 贸易 建筑工程 装饰工程 建筑装饰工程 食品 物流 信息技术 信息科技 科技 网络科技 电子科技"
    " 机械制造 机械设备 机电设备 置业 房地产开发 环保科技 环境工程 医药 医疗器械 大药房 餐饮管理"
    " 酒店管理 物业管理 农资 农业发展 农业科技 生物科技 运输 货物运输 汽车销售 汽车服务 汽车维修"
    " 化工 精细化工 新材料 建材 石材 钢材 五金制品 塑料制品 橡胶制品 纺织 服装 服饰 家具 家居用品"
    " 印刷 包装制品 广告传媒 文化传媒 文化艺术 教育咨询 教育科技 企业管理咨询 企业管理 人力资源"
    " 劳务服务 投资 投资管理 资产管理 融资担保 电力工程 电气设备 自动化设备 仪器仪表 消防工程"
    " 安防工程 园林绿化工程 市政工程 水利工程 种植 养殖 果蔬 粮油 畜牧 苗木 茶叶 酒业 副食 百货"
    " 超市 美容美发 健身服务 旅游开发 旅行社 供应链管理 电子商务 国际贸易 进出口 测绘 工程设计"
    " 工程咨询 检测技术 防水材料 门窗 幕墙工程 玻璃制品 纸业 宠物用品 母婴用品 办公设备 珠宝 眼镜"
    " 婚庆服务 图文设计 洗涤服务 搬家服务 家政服务 保安服务 停车管理 驾驶培训 羽绒制品 热力 水务"
    " 燃气 煤炭销售 再生资源回收"
).split()
_PLACES = (
    *("济南",) * 40,
    *("山东",) * 22,
    *("济南市", "济南历下", "济南市历城区", "济南高新区", "济南槐荫", "济南天桥", "章丘市", "章丘", "济南长清"),
    *("平阴县", "商河", "济阳县", "莱芜", "济南市市中区", "青岛", "淄博", "潍坊", "泰安", "烟台", "临沂", "济宁"),
    *("聊城", "德州", "滨州", "北京", "上海", "天津", "河北", "江苏", "杭州", "深圳", ""),
)
_MORE_FORMS = (
    *("有限公司",) * 70,
    *("有限责任公司",) * 8,
    *("股份有限公司",) * 4,
    *("集团有限公司", "合伙企业（有限合伙）", "经营部", "商店", "商行", "厂", "中心", "工作室", "农民专业合作社", "店"),
)


@dataclass(frozen=True)
class Company:
    """A name in its parts: 行政区划, 字号, 行业, 组织形式."""

    place: str
    proper: str
    trade: str
    form: str

    @property
    def name(self) -> str:
        return self.place + self.proper + self.trade + self.form


def varied_company(random: Random) -> Company:
    """As names are in a city: two to four characters, usual and rare, and many places."""
    count = random.choices((2, 3, 4), (60, 28, 12))[0]
    proper = "".join(_SYLLABLES[int(len(_SYLLABLES) * random.random() ** 1.7)] for _each in range(count))
    return Company(random.choice(_PLACES), proper, random.choice(_MORE_TRADES), random.choice(_MORE_FORMS))


def varied_company_name(random: Random) -> str:
    """The same as one text; here and there the place stands in brackets, or it is the name of a branch."""
    company, kind = varied_company(random), random.random()
    if kind < 0.05 and company.place in ("济南", "山东", "青岛"):
        return f"{company.proper}（{company.place}）{company.trade}{company.form}"
    if kind < 0.08 and company.form == "有限公司":
        return f"{company.name}{random.choice(('历下', '章丘', '第一', '城南', '长清'))}分公司"
    return company.name


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
            "" if credit_list.kind == ListKind.RED else random.choice(("轻微", "一般", "严重")),
            "",
        ]


def list_file(credit_list: CreditList, count: int, *, random: Random, today: date, persons: float = 0.0) -> io.BytesIO:
    """The same as a CSV file ready to be imported."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(list_rows(credit_list, count, random=random, today=today, persons=persons))
    return io.BytesIO(text.getvalue().encode("utf-8-sig"))
