"""The counters of the workbench: each equals the list it opens."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.workbench import Counter
from objections.selectors import counts_for, help_counts_for, tip_off_counts_for


def counters(actor: Actor) -> list[Counter]:
    return [*_of_objections(actor), *_of_help(actor)]


def _of_objections(actor: Actor) -> list[Counter]:
    examines, decides = actor.may(Act.EXAMINE_OBJECTIONS), actor.may(Act.DECIDE_OBJECTIONS)
    if not (examines or decides):
        return []
    counts, page = counts_for(actor), reverse("objections")
    shown = []
    if examines:
        shown += [
            Counter(_("Objections to accept"), counts["to_accept"], f"{page}?state=SUBMITTED"),
            Counter(_("Objections to examine"), counts["to_examine"], f"{page}?state=ACCEPTED"),
        ]
    if decides:
        shown.append(Counter(_("Objections to decide"), counts["to_decide"], f"{page}?state=EXAMINED"))
        shown.append(Counter(_("Extensions to decide"), counts["extensions"], f"{page}?extension=yes"))
        shown.append(
            Counter(_("Objections escalated to you"), counts["escalated"], f"{page}?escalated=yes", is_urgent=True)
        )
    shown.append(Counter(_("Objections overdue"), counts["overdue"], f"{page}?overdue=yes", is_urgent=True))
    shown.append(Counter(_("Objections due soon"), counts["due_soon"], f"{page}?soon=yes"))
    return shown


def _of_help(actor: Actor) -> list[Counter]:
    if not actor.may(Act.ANSWER_HELP):
        return []
    counts, page = help_counts_for(actor), reverse("help_requests")
    shown = [
        Counter(_("Questions of other units"), counts["to_answer"], f"{page}?state=ASKED"),
        Counter(_("Answers to other units overdue"), counts["overdue"], f"{page}?overdue=yes", is_urgent=True),
        Counter(_("Answers to other units due soon"), counts["due_soon"], f"{page}?soon=yes"),
    ]
    if actor.may(Act.DECIDE_OBJECTIONS):
        label, late = _("Answers to other units escalated to you"), f"{page}?escalated=yes"
        shown.append(Counter(label, counts["escalated"], late, is_urgent=True))
    return shown


def tip_off_counters(actor: Actor) -> list[Counter]:
    receives, verifies = actor.may(Act.ASSIGN_TIP_OFFS), actor.may(Act.VERIFY_TIP_OFFS) and actor.unit is not None
    if not (receives or verifies):
        return []
    counts, page = tip_off_counts_for(actor), reverse("tip_offs")
    if receives:
        return [
            Counter(_("Tip-offs to assign"), counts["to_assign"], f"{page}?state=RECEIVED"),
            Counter(_("Tip-offs to answer"), counts["to_answer"], f"{page}?to_answer=yes"),
            Counter(_("Tip-offs overdue"), counts["overdue"], f"{page}?overdue=yes", is_urgent=True),
            Counter(_("Tip-offs due soon"), counts["due_soon"], f"{page}?soon=yes"),
        ]
    late = f"{page}?state=ASSIGNED&overdue=yes"
    return [
        Counter(_("Tip-offs to verify"), counts["to_verify"], f"{page}?state=ASSIGNED"),
        Counter(_("Tip-offs overdue"), counts["late"], late, is_urgent=True),
        Counter(_("Tip-offs due soon"), counts["near"], f"{page}?state=ASSIGNED&soon=yes"),
    ]
