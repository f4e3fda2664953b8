"""How people write a name otherwise than it is registered, and names that only look alike.

Each slip takes a company and gives the text that someone types, or None where it cannot be made of this one.
"""

from collections.abc import Callable
from functools import cache
from random import Random

from pypinyin import lazy_pinyin

from lists.services.synthetic import Company, varied_company

Slip = Callable[[Company, Random], str | None]

_TRADITIONAL = (
    "华華 鲁魯 达達 诚誠 润潤 长長 云雲 龙龍 凤鳳 顺順 广廣 联聯 锦錦 绣繡 兴興 凯凱 辉輝"
    " 腾騰 飞飛 鹏鵬 鹰鷹 杰傑 众眾 丽麗 业業 东東 贸貿 电電 机機 械械 药藥 医醫 农農 运運"
    " 输輸 网網 络絡 环環 建建 筑築 装裝 饰飾 务務 发發 资資 产產 级級 济濟 岛島 泽澤 临臨"
    " 莱萊 阳陽 限限 责責 馆館 饮飲 计計 设設 备備 钢鋼 纺紡 织織 园園 营營 销銷 团團 国國"
    " 际際"
)
_TRADITIONAL_OF = {pair[0]: pair[1] for pair in _TRADITIONAL.split()}
_SHAPES = (
    "泉帛 泰秦 明朋 润涧 恒垣 盛晟 宏宠 远运 瑞端 鑫淼 达过 丰半 清情 海悔 湖糊 云去 金全"
    " 玉王 龙尤 凤风 祥样 福幅 康庚 佳住 美关 新析 嘉喜 广厂 隆降 和种 源原 博搏 雅难 智知"
    " 联取 捷睫 锦绵 江汪 河何 春舂 秋秒 旺汪 兴光 永水 凯岂 星皇 辉挥 耀跃 飞气 鹏朋 豹约"
    " 英央 卓早 越赵 超赵 合台 益盖 民良 利刊 生主 力九 展居 翔羊 程桯 安女 宁宇 静净 怡抬"
    " 然热 乐东 欣掀 悦说 馨磬 香杳 梅悔 兰三 菊掬 松讼 柏拍 桐洞 枫讽 林材 森淼 木本 石右"
    " 岩若 岳兵 峰锋 岭领 川州 溪奚 涧润 波坡 涛铸 浪狼 潮朝 沙纱 洲州 岛鸟 港巷 湾弯 桥娇"
    " 通诵 驰池 骋聘 骏峻 马鸟 奔莽 腾胜 牛午 鹤鹊 燕蒸 雁鹰 鸿鹄 凌陵 霄宵 汉汊 乾干 坤绅"
    " 宸辰 宇字 睿容 哲誓 翰瀚 墨黑 书节 景晾"
)
_SHAPES_OF = {pair[0]: pair[1] for pair in _SHAPES.split()}
_PLAIN_FORMS = ("有限公司", "有限责任公司", "股份有限公司")


@cache
def _homophones(character: str) -> list[str]:
    """Usual characters (GB 2312, level 1) of the same sound."""
    return [other for other in _by_sound()[lazy_pinyin(character)[0]] if other != character]


@cache
def _by_sound() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF - (5 if row == 0xD7 else 0)):
            character = bytes([row, cell]).decode("gb2312")
            found.setdefault(lazy_pinyin(character)[0], []).append(character)
    return found


def _core(company: Company) -> str:
    return company.proper + company.trade


def _with(company: Company, core: str) -> str:
    return company.place + core + company.form


def _at(text: str, place: int, new: str, length: int = 1) -> str:
    return text[:place] + new + text[place + length :]


def exact(company: Company, random: Random) -> str:
    return company.name


def form_shortened(company: Company, random: Random) -> str | None:
    if company.form not in _PLAIN_FORMS:
        return None
    shorter = {"有限公司": ("公司",), "有限责任公司": ("有限公司", "公司"), "股份有限公司": ("有限公司", "股份公司")}
    return company.place + _core(company) + random.choice(shorter[company.form])


def form_dropped(company: Company, random: Random) -> str:
    return company.place + _core(company)


def place_dropped(company: Company, random: Random) -> str | None:
    return _core(company) + company.form if company.place else None


def place_added(company: Company, random: Random) -> str | None:
    larger = {"济南": ("山东济南", "山东省济南市"), "章丘": ("济南章丘",), "青岛": ("山东青岛", "山东省青岛市")}
    return random.choice(larger[company.place]) + _core(company) + company.form if company.place in larger else None


def place_in_brackets(company: Company, random: Random) -> str | None:
    if company.place not in ("济南", "山东", "青岛", "潍坊"):
        return None
    opening, closing = random.choice(("（）", "()", "〔〕", "【】"))
    return f"{company.proper}{opening}{company.place}{closing}{company.trade}{company.form}"


def place_within(company: Company, random: Random) -> str | None:
    known = company.place in ("济南", "山东", "青岛", "潍坊")
    return f"{company.proper}{company.place}{company.trade}{company.form}" if known else None


def spaces(company: Company, random: Random) -> str:
    name = company.name
    for _each in range(2):
        at = random.randrange(1, len(name))
        name = name[:at] + random.choice((" ", "\u3000", "\u200b", "\ufeff", "\u00a0")) + name[at:]
    return name


def traditional(company: Company, random: Random) -> str | None:
    written = "".join(_TRADITIONAL_OF.get(character, character) for character in company.name)
    return written if written != company.name else None


def sound(company: Company, random: Random) -> str | None:
    core = _core(company)
    at = random.randrange(len(core))
    others = _homophones(core[at])
    return _with(company, _at(core, at, random.choice(others))) if others else None


def shape(company: Company, random: Random) -> str | None:
    core = _core(company)
    known = [at for at, character in enumerate(core) if character in _SHAPES_OF]
    if not known:
        return None
    at = random.choice(known)
    return _with(company, _at(core, at, _SHAPES_OF[core[at]]))


def swapped(company: Company, random: Random) -> str | None:
    core = _core(company)
    at = random.randrange(len(core) - 1)
    return _with(company, _at(core, at, core[at + 1] + core[at], 2)) if core[at] != core[at + 1] else None


def missing(company: Company, random: Random) -> str | None:
    """Of a name proper of two characters none is left out: what remains is no name."""
    core = _core(company)
    at = random.randrange(0 if len(company.proper) > 2 else 2, len(core))
    return _with(company, _at(core, at, ""))


def extra(company: Company, random: Random) -> str:
    core = _core(company)
    at = random.randrange(1, len(core))
    added = random.choice((core[at - 1], random.choice("新大华中鑫源盛")))
    return _with(company, core[:at] + added + core[at:])


def proper_only(company: Company, random: Random) -> str:
    return company.proper


def place_and_proper(company: Company, random: Random) -> str:
    return company.place + company.proper


def part(company: Company, random: Random) -> str:
    core = _core(company)
    at = random.randrange(0, 2)
    return core[at : at + random.choice((3, 4))]


def initials(company: Company, random: Random) -> str:
    text = random.choice((_core(company), company.name, company.place + _core(company)))
    letters = "".join(sound[:1] for sound in lazy_pinyin(text, errors="ignore"))
    return random.choice((letters, letters.upper()))


def sound_and_no_form(company: Company, random: Random) -> str | None:
    written = sound(Company("", company.proper, company.trade, ""), random)
    return written and company.place + written


def place_misspelt(company: Company, random: Random) -> str | None:
    wrong = {"济南": ("济男", "剂南", "南济"), "山东": ("山冬", "上东"), "青岛": ("青鸟", "清岛")}
    return random.choice(wrong[company.place]) + _core(company) + company.form if company.place in wrong else None


def two_slips(company: Company, random: Random) -> str | None:
    """One in the name proper, one in the trade."""
    one = sound(Company("", company.proper, "", ""), random)
    other = sound(Company("", "", company.trade, ""), random) if len(company.trade) > 2 else None
    return company.place + one + other + company.form if one and other else None


KINDS: tuple[Slip, ...] = (
    *(exact, form_shortened, form_dropped, place_dropped, place_added, place_in_brackets, place_within, spaces),
    *(traditional, sound, shape, swapped, missing, extra, proper_only, place_and_proper, part, initials),
)
HELD_OUT: tuple[Slip, ...] = (sound_and_no_form, place_misspelt, two_slips)
"""Kinds that were never looked at while the weights were chosen."""
ONLY_IF_UNIQUE: tuple[Slip, ...] = (proper_only, place_and_proper, part, initials)
"""Texts that name one company only where no other has them."""


def other_proper(company: Company, random: Random) -> str:
    """One character of the name proper is quite another."""
    at = random.randrange(len(company.proper))
    new = random.choice(varied_company(random).proper)
    return _with(company, _at(company.proper, at, new) + company.trade)


def other_name(company: Company, random: Random) -> str:
    return _with(company, varied_company(random).proper + company.trade)


def other_trade(company: Company, random: Random) -> str:
    return _with(company, company.proper + varied_company(random).trade)


def other_place(company: Company, random: Random) -> str | None:
    return (
        {"济南": "青岛", "山东": "河南"}[company.place] + _core(company) + company.form
        if company.place
        in (
            "济南",
            "山东",
        )
        else None
    )


def one_more_in_proper(company: Company, random: Random) -> str:
    new = random.choice(varied_company(random).proper)
    return _with(company, company.proper + new + company.trade)


NEAR_MISSES: tuple[Slip, ...] = (other_proper, other_name, other_trade, other_place, one_more_in_proper)
