"""What a page of figures is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from jinan_credit.oversight.filters import Scope, ScopeForm
from jinan_credit.oversight.sheets import Sheet


@dataclass(frozen=True)
class FigurePage:
    """`sheets` are made of a valid form. `of_all`: only who oversees all units sees it."""

    code: str
    title: str | Promise
    subtitle: str | Promise
    form: type[ScopeForm]
    sheets: Callable[[Scope, dict[str, Any]], list[Sheet]]
    of_all: bool = False
