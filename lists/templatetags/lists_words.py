"""An entry's effect and marks as word and icon."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jinan_credit.accounts.states import Look
from jinan_credit.accounts.templatetags.signs import badge_of
from jinan_credit.kernel import clock
from lists.enums import EntryState, Mark
from lists.models import Entry

register = template.Library()


@register.simple_tag
def effect(entry: Entry) -> SafeString:
    """Whether it is in force today, derived from the dates (rule 1)."""
    today = clock.today()
    if entry.state == EntryState.REMOVED:
        look, label = Look("neutral", "logout-2"), entry.get_exit_reason_display()
    elif entry.state == EntryState.STAYED:
        look, label = Look("warning", "player-pause"), _("No effect while stayed")
    elif entry.state != EntryState.PUBLISHED:
        look, label = Look("neutral", "circle-dashed"), _("Not in force")
    elif entry.term_from > today:
        look, label = Look("info", "clock"), _("In force from %(day)s") % {"day": entry.term_from}
    elif entry.term_to < today:
        look, label = Look("neutral", "calendar-off"), _("Term over")
    else:
        look, label = Look("good", "shield-check"), _("In effect")
    return badge_of(look, label)


@register.simple_tag
def mark_badge(mark: str) -> SafeString:
    return badge_of(Look("warning", "bookmark"), Mark(mark).label)
