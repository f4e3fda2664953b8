"""The list of messages, and its filter in the URL."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.events import event_kinds
from jinan_credit.accounts.filters import OnlyFilter
from jinan_credit.accounts.models import StaffMessage, StaffMessageQuerySet
from jinan_credit.accounts.tables import Cell


class MessageFilter(django_filters.FilterSet):
    unread = django_filters.ChoiceFilter(
        label=_("Unread"), choices=[("yes", _("Yes"))], method="only_unread", empty_label=_("All")
    )
    urgent = OnlyFilter(StaffMessageQuerySet.urgent, label=_("Urgent"))
    kind = django_filters.ChoiceFilter(label=_("Event"), empty_label=_("All"))

    class Meta:
        model = StaffMessage
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actor = self.request.actor
        self.filters["kind"].extra["choices"] = [
            (kind.code, kind.name) for kind in event_kinds() if actor.may(kind.act)
        ]

    def only_unread(self, messages: StaffMessageQuerySet, name: str, value: str) -> StaffMessageQuerySet:
        return messages.unread_by(self.request.user) if value else messages


class MessageTable(tables.Table):
    """Needs `with_reading_of`."""

    told_at = Cell("{{ record.told_at|moment }}", verbose_name=_("Told at"), orderable=False)
    event = Cell(template_name="accounts/_message_event.html", verbose_name=_("Event"), orderable=False)
    says = Cell("{{ record.words }}", verbose_name=_("Message"), orderable=False)
    acts = Cell(template_name="accounts/_message_acts.html", verbose_name=_("Next step"), orderable=False)

    class Meta:
        model = StaffMessage
        fields = ("told_at", "event", "says", "acts")
        row_attrs = {"class": lambda record: "" if record.is_read else "is-unread"}
