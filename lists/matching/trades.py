"""Words that say what an organisation is (legal form) and does (trade), not which one it is."""

from lists.matching.words import words

_COMPANY = "有限责任公司 股份有限公司 股份公司 有限公司 总公司 公司"
_PARTNERSHIP = "合伙企业有限合伙 合伙企业普通合伙 合伙企业 有限合伙 普通合伙 特殊普通合伙"
_COOPERATIVE = "农民专业合作社联合社 农民专业合作社 专业合作社 股份合作社 联合社 合作社"
_FORMS = {
    "company": _COMPANY,
    "partnership": _PARTNERSHIP,
    "cooperative": _COOPERATIVE,
    "shop": "个体工商户 经营部 门市部 商店 商行 店",
    "factory": "总厂 厂",
    "office": "事务所 工作室 服务中心 中心 协会 商会 基金会 研究院 研究所",
    "farm": "家庭农场 农场",
}
FORMS = {form: kind for kind, forms in _FORMS.items() for form in forms.split()}
LONGEST_FORM = max(map(len, FORMS))
MAIN_FORMS = ("有限责任公司", "有限公司", "股份公司", "集团公司", "总公司", "合作社", "合伙企业")
"""What may stand before the name of a branch."""
BRANCHES = (
    *("分公司", "分店", "分行", "支行", "分厂", "办事处", "代表处"),
    *("项目部", "分社", "分院", "分校", "分中心", "营业部"),
)

TRADES = frozenset(words("trades"))
_LENGTHS = sorted({len(word) for word in TRADES})
SHORTEST_HEAD = 2


def starts_with_trade(text: str) -> bool:
    return any(text[:length] in TRADES for length in _LENGTHS)


def head_length(core: str) -> int:
    """How many characters of a core are the name proper (字号); the trade follows. All when no trade is known."""
    ends = {len(core)}
    for start in range(len(core) - 2, SHORTEST_HEAD - 1, -1):
        if any(start + length in ends and core[start : start + length] in TRADES for length in _LENGTHS):
            ends.add(start)
    if (head := min(ends)) < len(core):
        return head
    within = range(SHORTEST_HEAD, len(core) - 1)
    return next((start for start in within if starts_with_trade(core[start:])), len(core))


def is_trade(text: str) -> bool:
    """The whole text is made of trade words."""
    ends = {0}
    for end in range(2, len(text) + 1):
        if any(end - length in ends and text[end - length : end] in TRADES for length in _LENGTHS if length <= end):
            ends.add(end)
    return len(text) in ends and bool(text)
