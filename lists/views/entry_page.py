"""The page of one entry: what it says, how it came, what may be done; and its steps by their buttons."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from catalog.models import RuleProfile
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.moves import open_moves
from jinan_credit.kernel import clock
from jinan_credit.kernel.workflow import Move
from lists.enums import ON_THE_LIST, WAS_PUBLISHED, EntryState, ProposalKind, ProposalState
from lists.forms.entry_acts import RevealForm
from lists.forms.proceedings import kinds_left
from lists.models import Entry, EntryDocument
from lists.panels import entry_panels
from lists.selectors import names_known, term_facts
from lists.services.defence import HEARD, RULES, notices_to_serve, notify_entries
from lists.services.documents import kinds_taken
from lists.services.entries import discard_entries, return_entries, submit_entries
from lists.services.hindrances import BEFORE_REVIEW, COMPLETE, hindered
from lists.services.publications import publish_entries
from lists.views.notices import notices_panel
from lists.views.one_entry import own_entry, visible_entry
from lists.views.publishing import effect_of_publishing
from lists.views.staff import StaffRequest, staff_page
from lists.views.timeline import timeline_of
from lists.views.versions import versions_of
from lists.views.waiting import next_in_review
from lists.workflow import BUTTONS, EDITABLE, ENTRY


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def entry(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One entry. Another unit's draft is not there (404)."""
    shown, actor = visible_entry(request, pk), request.actor
    if shown.state == EntryState.PURGED:
        return render(request, "lists/entry_purged.html", {"entry": shown, "timeline": timeline_of(shown, actor)})
    is_own = actor.unit is not None and shown.unit_id == actor.unit.pk
    context = {
        "entry": shown,
        "is_own": is_own,
        "may_reveal": actor.may(Act.REVEAL_NUMBERS),
        "reveal_form": RevealForm(),
        "names": list(names_known(shown, actor).exclude(name=shown.present_name)),
        "older_codes": list(shown.subject.older_codes.all()),
        "term": term_facts(shown),
        "effect_words": effect_in_words(shown),
        "related_persons": list(shown.related_persons.all()),
        "documents": list(EntryDocument.objects.visible_to(actor).filter(entry=shown).select_related("added_by")),
        "timeline": timeline_of(shown, actor),
        "versions": versions_of(shown, request.GET.get("old", ""), request.GET.get("new", "")),
        "panels": entry_panels.for_(shown, actor),
        **notices_panel(shown, actor),
        **_steps(request, shown, is_own=is_own),
        **_hearing(shown, actor, is_own=is_own),
        **_proceedings(shown, actor, is_own=is_own),
    }
    return render(request, "lists/entry.html", context)


def _steps(request: StaffRequest, shown: Entry, *, is_own: bool) -> dict[str, Any]:
    """What this person may do with the entry, with its effect in words."""
    actor = request.actor
    proposals = list(shown.proposals.select_related("proposed_by", "decided_by")) if is_own else []
    waiting = next((one for one in proposals if one.state == ProposalState.OPEN), None)
    makers = shown.makers if is_own else set()
    hindrance = _hindrance(shown) if is_own and shown.state in EDITABLE else ""
    moves = _buttons(shown, actor, makers, hindrance) if is_own else []
    drafts = is_own and actor.may(Act.DRAFT_ENTRIES)
    may_propose = is_own and actor.may(Act.REMOVE_ENTRIES) and waiting is None
    return {
        "moves": moves,
        "effects": _effects(shown, [move.name for move in moves]),
        "hindrance": hindrance,
        "is_own_work": is_own
        and shown.state == EntryState.IN_REVIEW
        and actor.may(Act.PUBLISH_ENTRIES)
        and request.user.pk in makers,
        "may_edit": drafts and shown.state in EDITABLE,
        "may_add": drafts and bool(kinds_taken(shown)),
        "may_rename": drafts and shown.state in WAS_PUBLISHED,
        "may_propose": may_propose and shown.state in ON_THE_LIST,
        "may_stay": may_propose and shown.state == EntryState.PUBLISHED,
        "may_lift": may_propose and shown.state == EntryState.STAYED,
        "proposal": waiting,
        "proposals": proposals,
    }


def _buttons(shown: Entry, actor: Actor, makers: set[int | None], hindrance: str) -> list[Move]:
    without = {"notify"} if not shown.credit_list.notice_required else set()
    if hindrance:
        without.add("submit")
    moves = open_moves(ENTRY, state=shown.state, by=actor, made_by=makers)
    return [move for move in moves if move.name in BUTTONS and move.name not in without]


def _hindrance(shown: Entry) -> str:
    """What keeps a draft from its review, in words."""
    left_out = hindered(Entry.objects.filter(pk=shown.pk), (*BEFORE_REVIEW, *COMPLETE)).left_out
    return str(left_out[0].why) if left_out else ""


def _hearing(shown: Entry, actor: Actor, *, is_own: bool) -> dict[str, Any]:
    """The notice, its service, statement and answer: for the deciding unit and for oversight."""
    if not (is_own or actor.may(Act.OVERSEE)):
        return {"hearing": False}
    statements = list(shown.statements.select_related("recorded_by", "answered_by"))
    records = is_own and actor.may(Act.DRAFT_ENTRIES)
    return {
        "hearing": shown.credit_list.notice_required or bool(statements),
        "statements": statements,
        "to_serve": notices_to_serve(Entry.objects.filter(pk=shown.pk)).first() if records else None,
        "may_state": records and shown.credit_list.notice_required and shown.state in HEARD,
        "may_answer": records,
    }


def _proceedings(shown: Entry, actor: Actor, *, is_own: bool) -> dict[str, Any]:
    """Reconsideration and suit, for the deciding unit and for oversight; the others see the marks."""
    if not (is_own or actor.may(Act.OVERSEE)):
        return {"proceedings": []}
    records = is_own and actor.may(Act.DRAFT_ENTRIES)
    return {
        "proceedings": list(shown.proceedings.all()),
        "may_record": records and shown.state in ON_THE_LIST and bool(kinds_left(shown)),
        "may_end": records,
    }


def effect_in_words(shown: Entry) -> str:
    """Whether the entry has an effect today, and until when (rule 1: derived from the dates)."""
    today, day = clock.today(), {"from": shown.term_from, "to": shown.term_to, "on": shown.exit_on}
    if shown.state == EntryState.STAYED:
        order = shown.proposals.filter(kind=ProposalKind.STAY, state=ProposalState.APPROVED).first()
        return _("Its execution is stayed by %(order)s: no unit applies measures until the stay ends.") % {
            "order": f"{order.order_by} {order.order_number}" if order else _("an order")
        }
    if shown.state == EntryState.REMOVED:
        return _("It left the list on %(on)s (%(why)s) and has no effect any more.") % {
            **day,
            "why": shown.get_exit_reason_display(),
        }
    if shown.state != EntryState.PUBLISHED:
        return _("It is not on the list: no unit knows of it and no measure applies.")
    if shown.term_from > today:
        return _("It is published and takes effect on %(from)s.") % day
    if shown.term_to < today:
        return _("Its term ended on %(to)s: it has no effect any more and is leaving the list.") % day
    return _("It is in force today, up to and with %(to)s.") % day


def _effects(shown: Entry, names: list[str]) -> dict[str, str]:
    effects = {
        "submit": _("Your unit's reviewer decides whether it is published. Until then it can no longer be changed."),
        "discard": _("The draft is given up. It stays in the record and cannot be taken up again."),
        "return": _("The entry goes back to the clerk for correction."),
    }
    if "publish" in names:
        effects["publish"] = effect_of_publishing(shown.credit_list, Entry.objects.filter(pk=shown.pk)).in_words
    if "notify" in names:
        days = RuleProfile.objects.for_case(RULES, clock.today())["defence_wd"]
        effects["notify"] = ngettext(
            "A numbered notice of the proposed listing is issued. From its service the party has %(days)s working day "
            "for its statement and defence.",
            "A numbered notice of the proposed listing is issued. From its service the party has %(days)s working days "
            "for its statement and defence.",
            days,
        ) % {"days": days}
    return effects


@staff_page(Act.DRAFT_ENTRIES, Act.PUBLISH_ENTRIES)
@require_POST
def entry_move(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One step of the entry's life, by its button; after a reviewer's decision the next entry that waits for him."""
    shown = own_entry(request, pk)
    name, reason = request.POST.get("move", ""), request.POST.get("reason", "")
    if name not in BUTTONS:
        raise Http404
    ENTRY.require(name, shown.state)
    one, by = Entry.objects.filter(pk=pk), request.actor
    if name == "notify":
        notify_entries(entries=one, by=by)
        messages.success(request, _("The notice is issued. Print it, serve it, and record its service here."))
    elif name == "submit":
        submit_entries(entries=one, by=by)
        messages.success(request, _("Submitted for review."))
    elif name == "discard":
        discard_entries(entries=one, by=by, reason=reason)
        messages.success(request, _("The draft was given up."))
    elif name == "return":
        return_entries(entries=one, by=by, reason=reason)
        messages.success(request, _("%(name)s was returned to the clerk.") % {"name": shown.subject_name})
    else:
        publication = publish_entries(credit_list=shown.credit_list, entries=one, by=by)
        words = _("%(name)s was published as %(number)s.")
        messages.success(request, words % {"name": shown.subject_name, "number": publication.number})
    return redirect(next_in_review(request, shown)) if name in ("publish", "return") else redirect("entry", pk)
