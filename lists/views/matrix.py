"""The matrix of measures: clause × list × unit × severity × object. A unit sees its own, the coordinator the whole."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from catalog.models import MemorandumVersion
from catalog.models.memorandum import NOT_YET_IN_FORCE
from catalog.selectors import exceptions_in_force, parts_of_kinds
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel import clock
from jinan_credit.kernel.panels import Panel
from lists.matrix_tables import MatrixFilter, MatrixTable, measures_shown
from lists.selectors import effects_of_version
from lists.tables import PER_PAGE
from lists.views.staff import StaffRequest, staff_page


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def matrix(request: StaffRequest) -> HttpResponse:
    """What applies today, measure by measure, with lists, units and bases; and who may apply what."""
    filtered = MatrixFilter(request.GET, queryset=measures_shown(request.actor), request=request)
    table = paged(request, MatrixTable(filtered.qs), per_page=PER_PAGE)
    sees_all = request.actor.may(Act.OVERSEE)
    context = {
        "filter": filtered,
        "table": table,
        "total": table.paginator.count,
        "sees_all": sees_all,
        "parts": parts_of_kinds(),
        "unlawful": (),  # what is against the table is not in force
        "exceptions": exceptions_in_force(clock.today()) if sees_all else None,
    }
    return render(request, "lists/matrix.html", context)


def lists_panel(version: MemorandumVersion, actor: Actor) -> Panel | None:
    """On the page of a memorandum: the lists that rest on it, and who joins or leaves by a version in preparation."""
    if not actor.may(Act.OVERSEE):
        return None
    is_to_come = version.state in NOT_YET_IN_FORCE
    effects = effects_of_version(version) if is_to_come else None
    context = {"lists": version.memorandum.lists.all(), "list_effects": effects}
    return Panel(_("Lists that rest on it"), "lists/panel_memorandum.html", context)
