"""What a request names is looked for among what its actor may see: found by reading the code of views, pages and API.

A read by an argument of the request is `something.visible_to(actor)` or a selector that takes the actor. Straight from
a model it shows another unit's row. What is everybody's anyway stands in `OF_NO_UNIT`, with the reason.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

APPS = ("catalog", "lists", "sanctions", "objections", "repair", "jinan_credit")
LOOK_UPS = {"get_object_or_404", "get_list_or_404"}
READS = {"get", "filter", "first", "last", "exclude", "all", "select_related", "prefetch_related", "order_by", "only"}
SCOPING = ("unit", "owner")
"""Keywords that leave only the actor's own."""

KEEPERS = "the page is the catalogue's keeper's alone; what it shows is the city's"
OF_NO_UNIT = {
    "catalog/views/measures.py: Measure": KEEPERS,
    "catalog/views/measures.py: MemorandumVersion": KEEPERS,
    "lists/views/catalogue.py: CreditList": KEEPERS,
    "lists/views/catalogue.py: InformationCatalog": KEEPERS,
    "lists/views/subscriptions.py: CreditList": KEEPERS,
    "lists/views/subscriptions.py: Subscription": KEEPERS,
    "lists/views/imports.py: CreditList": "which template a list needs: the lists are the city's",
    "lists/views/review.py: CreditList": "names a list; the entries are those of the reviewer's own unit",
    "lists/views/review.py: ListImport": "named only when entries of the own unit came from it",
    "lists/views/review.py: User": "named only when he submitted entries of the own unit",
    "lists/views/drafts.py: Entry": "read once more after the own unit's was found",
    "lists/views/entry_page.py: Entry": "a queryset of the one that was found among the visible",
    "lists/views/notices.py: Notice": "a queryset of the one that was found among the visible",
    "sanctions/views/screenings.py: Unit": "named in a receipt that the system signed",
    "jinan_credit/accounts/admin/units.py: Unit": "the page is the security administrator's alone",
    "jinan_credit/accounts/admin/people.py: User": "the page is the security administrator's alone",
    "jinan_credit/accounts/views/second_factor.py: Authenticator": "of the person who is signed in",
    "jinan_credit/accounts/api/idempotency.py: IdempotentCall": "by the client's own key, or its own row",
}


def test_no_view_looks_for_a_row_among_all() -> None:
    """To mend it: begin with `visible_to(request.actor)`. If the row is no unit's, say why in `OF_NO_UNIT`."""
    found = {place for path in view_files() for place in unscoped(path)}

    assert found - set(OF_NO_UNIT) == set(), "looked for among all rows by what the request names"
    assert set(OF_NO_UNIT) - found == set(), "these exceptions are not needed any more"


def test_the_search_sees_what_it_should() -> None:
    code = """
def page(request, pk):
    one = get_object_or_404(Entry, pk=pk)
    two = get_object_or_404(Publication.objects.select_related("unit"), pk=pk)
    three = Notice.objects.get(pk=pk)
    four = get_object_or_404(Case.objects.visible_to(request.actor), pk=pk)
    rows = Objection.objects.all()
    five = get_object_or_404(rows, pk=pk)
"""
    assert list(models_of(ast.parse(code))) == ["Entry", "Publication", "Notice", "Objection"]


def view_files() -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if {"views", "api", "admin"} & set(path.with_suffix("").relative_to(ROOT).parts):
                yield path


def unscoped(path: Path) -> Iterator[str]:
    for model in models_of(ast.parse(path.read_text(encoding="utf-8"))):
        yield f"{path.relative_to(ROOT)}: {model}"


def models_of(tree: ast.Module) -> Iterator[str]:
    """The models among whose rows, all of them, a function looks for one."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            named = dict(_assigned(function))
            for call in ast.walk(function):
                if not isinstance(call, ast.Call) or any(_is_scope(keyword.arg or "") for keyword in call.keywords):
                    continue
                if (source := _looked_in(call)) is not None:
                    model = _all_rows_of(named.get(source.id, source) if isinstance(source, ast.Name) else source)
                    if model is not None:
                        yield model


def _assigned(function: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _looked_in(call: ast.Call) -> ast.expr | None:
    """Where a call looks for one row: the first argument of `get_object_or_404`, what stands before `.get(`."""
    if isinstance(call.func, ast.Name) and call.func.id in LOOK_UPS and call.args:
        return call.args[0]
    if isinstance(call.func, ast.Attribute) and (call.func.attr in ("first", "last") or _asks_by_key(call)):
        return call.func.value
    return None


def _asks_by_key(call: ast.Call) -> bool:
    """`.get(…)`, and `.filter(pk=…)` of what the address holds."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    is_get = isinstance(call.func, ast.Attribute) and call.func.attr == "get" and bool(given)
    return is_get or isinstance(given.get("pk"), ast.Name)


def _is_scope(keyword: str) -> bool:
    """The actor's own, or what belongs to rows that were scoped before."""
    return keyword in SCOPING or keyword.endswith("__in")


def _all_rows_of(source: ast.expr) -> str | None:
    """`Model`, `Model.objects`, or that with nothing but reads behind it; None where something scopes it."""
    if isinstance(source, ast.Call) and any(_is_scope(keyword.arg or "") for keyword in source.keywords):
        return None
    if isinstance(source, ast.Name):
        return source.id if source.id[:1].isupper() and not source.id.isupper() else None
    if isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute):
        return _all_rows_of(source.func.value) if source.func.attr in READS else None
    if isinstance(source, ast.Attribute) and source.attr == "objects" and isinstance(source.value, ast.Name):
        return source.value.id
    return None
