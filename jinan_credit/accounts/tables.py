"""What the tables of all pages are made of."""

from functools import cache
from typing import Any

import django_tables2
from django.template import Context, Template
from django.template.loader import get_template

NUMBER = {"td": {"class": "number"}, "th": {"class": "number"}}


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
