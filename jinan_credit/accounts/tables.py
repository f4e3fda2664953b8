"""What the tables of all pages are made of. Counting stops at 100,000; beyond it the number is an estimate."""

import json
from functools import cache, cached_property
from typing import Any, TypeVar

import django_tables2
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import get_template

NUMBER = {"td": {"class": "number"}, "th": {"class": "number"}}
PER_PAGE = 25
MOST_COUNTED = 100_000

AnyTable = TypeVar("AnyTable", bound=django_tables2.Table)


class Cell(django_tables2.TemplateColumn):
    """A column whose cells are a template: read once, and rendered in the context of the page for every row."""

    def render(self, record: Any, table: Any, value: Any, bound_column: Any, **kwargs: Any) -> str:
        named: Any = get_template(self.template_name) if self.template_name else None
        template = named.template if named else _compiled(self.template_code)
        context = getattr(table, "context", None) or Context()
        of_row = self.get_context_data(record=record, table=table, value=value, bound_column=bound_column, **kwargs)
        with context.update(of_row):
            return template.render(context)


@cache
def _compiled(code: str) -> Template:
    return Template(code)


class TablePaginator(Paginator):
    """Pages between which no row is lost or told twice: what is equal in the chosen order stands by its key.

    A page's keys are found first, by a query of its own: what a row shows is not worked out for the rows before it, nor
    joined for all that the planner believes to match.
    """

    def page(self, number: Any) -> Page:
        page = super().page(number)
        table_rows: Any = self.object_list
        rows = table_rows.data.data
        if isinstance(rows, QuerySet) and not rows.query.combinator:
            ordered = in_one_order(rows)
            first = (page.number - 1) * self.per_page
            keys = list(ordered.values_list("pk", flat=True)[first : first + self.per_page])
            page.object_list = type(table_rows)(list(ordered.filter(pk__in=keys)), table_rows.table)
        return page


def in_one_order(rows: QuerySet[Any]) -> QuerySet[Any]:
    order = rows.query.order_by or rows.model._meta.ordering
    return rows if {"pk", "-pk", "id", "-id"} & set(order) else rows.order_by(*order, "-pk")


def paged(
    request: HttpRequest,
    table: AnyTable,
    *,
    per_page: int = PER_PAGE,
    paginator_class: type[Paginator] = TablePaginator,
) -> AnyTable:
    """Sorted and paged as the address says; in place of a page that is not there comes the nearest."""
    django_tables2.RequestConfig(request, paginate=False).configure(table)
    table.paginator = paginator_class(table.rows, per_page)
    table.page = table.paginator.get_page(request.GET.get(table.prefixed_page_field))
    return table


def counted(rows: QuerySet[Any]) -> int:
    """How many rows there are, at most MOST_COUNTED + 1."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def about(*parts: QuerySet[Any]) -> int:
    """The planner's estimate for all parts, in two digits: for what is too much to count on a page."""
    estimate = sum(_estimate(rows) for rows in parts)
    step = 10 ** max(len(str(estimate)) - 2, 0)
    return max(estimate // step * step, MOST_COUNTED)


def _estimate(rows: QuerySet[Any]) -> int:
    plan = rows.order_by().values("pk").explain(format="json")
    return int(json.loads(plan)[0]["Plan"]["Plan Rows"]) if plan else 0


class CappedPaginator(TablePaginator):
    """Pages of the first 100,000 rows: nobody turns further, and the database need not count a million."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return min(counted(rows.data.data), MOST_COUNTED)
