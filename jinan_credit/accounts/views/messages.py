"""消息: what one's unit was told, read by each for himself; by which ways it is told; every kind in one table."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.events import event_kinds, told_roles
from jinan_credit.accounts.message_forms import WaysForm
from jinan_credit.accounts.message_tables import MessageFilter, MessageTable
from jinan_credit.accounts.models import StaffMessage
from jinan_credit.accounts.panels import ways_panels
from jinan_credit.accounts.services.staff_messages import (
    mark_read,
    open_message,
    require_unit_of_ways,
    send_test,
    set_ways,
)
from jinan_credit.accounts.staff import staff_page
from jinan_credit.accounts.tables import paged

SEE_KINDS = (Act.SEE_WORKBENCH, Act.ASSIGN_TIP_OFFS, Act.KEEP_CATALOGUE, Act.KEEP_ACCOUNTS, Act.KEEP_SYSTEM)


@staff_page()
@require_GET
def message_list(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    visible = StaffMessage.objects.visible_to(actor)
    chosen = MessageFilter(request.GET, queryset=visible.with_reading_of(request.user), request=request)
    table = paged(request, MessageTable(chosen.qs))
    context = {
        "table": table,
        "filter": chosen,
        "total": table.paginator.count,
        "unread": visible.unread_by(request.user).count(),
        "may_set_ways": actor.may(Act.SET_WAYS),
        "may_see_kinds": any(actor.may(act) for act in SEE_KINDS),
    }
    return render(request, "accounts/message_list.html", context)


@staff_page()
@require_POST
def message_open(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    """Mark it read and go where it leads."""
    message = open_message(pk=pk, by=request.actor)  # type: ignore[attr-defined]
    return redirect(message.link)


@staff_page()
@require_POST
def messages_read(request: HttpRequest) -> HttpResponseRedirect:
    """Mark one as read, or all that the filter in the address leaves."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    one = request.POST.get("message", "")
    if one.isascii() and one.isdigit():
        mark_read(messages=StaffMessage.objects.filter(pk=one[:18]), by=actor)
        return redirect(f"{reverse('messages')}?{request.GET.urlencode()}")
    visible = StaffMessage.objects.visible_to(actor)
    count = mark_read(messages=MessageFilter(request.GET, queryset=visible, request=request).qs, by=actor)
    messages.success(
        request,
        ngettext("%(count)s message marked as read.", "%(count)s messages marked as read.", count)
        % {"count": f"{count:,}"},
    )
    return redirect("messages")


@staff_page(*SEE_KINDS)
@require_GET
def message_kinds(request: HttpRequest) -> HttpResponse:
    """Event × audience: every kind, who is told of it, and by which ways."""
    return render(request, "accounts/message_kinds.html", {"kinds": event_kinds(), "roles": told_roles()})


@staff_page(Act.SET_WAYS)
def message_ways(request: HttpRequest) -> HttpResponse:
    """Where one's unit is told: the mails, and what upper floors add."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    unit = require_unit_of_ways(actor)
    form = WaysForm(request.POST or None, initial={"contact_email": unit.contact_email, "mail_to": unit.mail_to})
    if request.method == "POST" and form.is_valid():
        set_ways(**form.cleaned_data, by=actor)
        messages.success(request, _("Kept. The next mails go there."))
        return redirect("message_ways")
    context = {"form": form, "unit": unit, "panels": ways_panels.for_(unit, actor)}
    return render(request, "accounts/message_ways.html", context)


@staff_page(Act.SET_WAYS)
@require_POST
def message_test(request: HttpRequest) -> HttpResponseRedirect:
    send_test(by=request.actor)  # type: ignore[attr-defined]
    messages.success(
        request, _("A test message is on its way. It stands here under Messages at once, elsewhere within a minute.")
    )
    return redirect("message_ways")
