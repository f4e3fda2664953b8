"""What the tables of all pages are made of."""

from functools import cache
from typing import Any, TypeVar

import django_tables2
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import get_template

NUMBER = {"td": {"class": "number"}, "th": {"class": "number"}}
PER_PAGE = 25

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


def paged(
    request: HttpRequest,
    table: AnyTable,
    *,
    per_page: int = PER_PAGE,
    paginator_class: type[Paginator] = Paginator,
) -> AnyTable:
    """Sorted and paged as the address says; in place of a page that is not there comes the nearest."""
    django_tables2.RequestConfig(request, paginate=False).configure(table)
    table.paginator = paginator_class(table.rows, per_page)
    table.page = table.paginator.get_page(request.GET.get(table.prefixed_page_field))
    return table
