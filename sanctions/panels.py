"""What sanctions shows on the pages of an entry and of a publication, and on the workbench."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.workbench import Counter
from jinan_credit.kernel import clock
from jinan_credit.kernel.panels import Panel
from lists.enums import WAS_PUBLISHED, PublicationKind
from lists.models import Entry, Publication
from sanctions.enums import BulletinState, CaseState, TaskKind, TaskState
from sanctions.models import Bulletin, CaseReport
from sanctions.selectors.duties import own_measures
from sanctions.selectors.portfolios import unseen_changes
from sanctions.selectors.rewards import promises
from sanctions.selectors.screenings import executions_on
from sanctions.selectors.unit_tasks import (
    inbox_counts,
    last_publication_with_tasks,
    response_matrix,
    screenings_with_open_hits,
    task_rows,
)

SHOWN = 50


def responses(publication: Publication, actor: Actor) -> Panel | None:
    """The response matrix: unit × signed, fed back or released, due; for the initiating unit and the coordinator."""
    if publication.kind == PublicationKind.MARK:
        return None
    if not (actor.is_system or actor.may(Act.OVERSEE) or publication.credit_list.is_initiated_by(actor)):
        return None
    rows = response_matrix(publication)
    sign = [row for row in rows if row.task.kind == TaskKind.SIGN]
    context = {
        "rows": rows,
        "credit_list": publication.credit_list,
        "is_release": bool(rows) and not sign,
        "signed": sum(row.task.state != TaskState.TO_SIGN for row in sign),
        "late": sum(row.is_late for row in rows),
        "answered": sum(row.answered_at is not None for row in rows),
        "overdue": sum(row.task.is_overdue for row in rows),
    }
    return Panel(_("Responses of the units"), "sanctions/panel_responses.html", context)


def unit_tasks(entry: Entry, actor: Actor) -> Panel | None:
    """What each unit owes for the last publication that asked something of them; a cooperating unit sees its own."""
    if entry.state not in WAS_PUBLISHED:
        return None
    publication = last_publication_with_tasks(entry)
    if publication is None:
        return None
    told = is_told(entry, actor)
    if not told and actor.unit is None:
        return None
    rows = task_rows(publication, unit=None if told else actor.unit)
    if not rows:
        return None
    sign = [row for row in rows if row.task.kind == TaskKind.SIGN]
    context = {
        "rows": rows,
        "publication": publication,
        "is_own": not told,
        "is_release": not sign,
        "signed": sum(row.task.state != TaskState.TO_SIGN for row in sign),
        "answered": sum(row.answered_at is not None for row in rows),
        "overdue": sum(row.task.is_overdue for row in rows),
    }
    return Panel(_("Tasks of the units"), "sanctions/panel_entry_tasks.html", context)


def is_told(entry: Entry, actor: Actor) -> bool:
    """What every unit does is reported back to the unit that decided the listing, and seen by oversight."""
    return actor.is_system or actor.may(Act.OVERSEE) or (actor.unit is not None and actor.unit.pk == entry.unit_id)


def executions(entry: Entry, actor: Actor) -> Panel | None:
    """What units did about this entry, as far as this actor may see it."""
    if entry.state not in WAS_PUBLISHED:
        return None
    rows = list(executions_on(entry, actor)[: SHOWN + 1])
    may_enforce = (
        entry.is_in_force
        and actor.unit is not None
        and actor.may(Act.SIGN_TASKS)
        and bool(own_measures(entry.credit_list, actor.unit))
    )
    if not (rows or may_enforce or is_told(entry, actor)):
        return None
    context = {
        "executions": rows[:SHOWN],
        "has_more": len(rows) > SHOWN,
        "entry": entry,
        "task": None,
        "may_enforce": may_enforce,
    }
    return Panel(_("Executions"), "sanctions/panel_executions.html", context)


def counters(actor: Actor) -> list[Counter]:
    """To sign, overdue, due soon, to confirm, feedback owed, hits to answer; each equals the list that it opens."""
    found: list[Counter] = []
    if actor.unit is None:
        return found
    if actor.may(Act.SIGN_TASKS):
        counts = inbox_counts(actor)
        found += [
            Counter(_("To sign"), counts.to_sign, _inbox(state=TaskState.TO_SIGN)),
            Counter(_("Overdue tasks"), counts.overdue, _inbox(overdue="yes"), is_urgent=True),
            Counter(_("Tasks due soon"), counts.due_soon, _inbox(soon="yes")),
            Counter(_("Release to confirm"), counts.to_confirm, _inbox(state=TaskState.TO_CONFIRM)),
            Counter(_("Feedback owed"), counts.feedback_owed, _inbox(feedback="yes")),
            Counter(_("Taken on by you"), counts.claimed, _inbox(claimed="mine")),
        ]
        late = promises(actor).overdue().count()
        if late:
            url = f"{reverse('promises')}?overdue=yes"
            found.append(Counter(_("Promises overdue"), late, url, is_urgent=True))
    if actor.may(Act.SCREEN_PARTIES):
        url = f"{reverse('screenings')}?open=yes"
        found.append(Counter(_("Screenings with hits to answer"), screenings_with_open_hits(actor), url))
        url = f"{reverse('portfolio_changes')}?seen=no"
        found.append(Counter(_("Kept parties that entered or left a list"), unseen_changes(actor), url))
    return found


def case_counters(actor: Actor) -> list[Counter]:
    """Returned cases, cases to decide, this month's bulletins; each equals the list that it opens."""
    found: list[Counter] = []
    if actor.may(Act.REPORT_CASES):
        returned = CaseReport.objects.of_unit(actor).filter(state=CaseState.RETURNED).count()
        found.append(Counter(_("Returned cases"), returned, f"{reverse('cases')}?state={CaseState.RETURNED}"))
    if actor.may(Act.CIRCULATE_CASES):
        reported = CaseReport.objects.visible_to(actor).filter(state=CaseState.REPORTED).count()
        found.append(Counter(_("Cases to decide"), reported, f"{reverse('cases')}?state={CaseState.REPORTED}"))
    if actor.may(Act.SEE_WORKBENCH):
        first = clock.today().replace(day=1)
        issued = Bulletin.objects.filter(state=BulletinState.ISSUED, issued_at__gte=clock.start_of(first)).count()
        query = urlencode({"state": BulletinState.ISSUED, "since": first})
        found.append(Counter(_("Bulletins of this month"), issued, f"{reverse('bulletins')}?{query}"))
    return found


def _inbox(**query: str) -> str:
    return f"{reverse('tasks')}?{urlencode(query)}"
