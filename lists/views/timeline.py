"""The timeline of an entry: its steps, proposals, notices, statements and documents, the newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.moves import PASS_ON, PASSED_ON
from jinan_credit.accounts.states import LOOK_OF_STATE, UNKNOWN_LOOK, Look
from jinan_credit.kernel import clock
from lists.enums import WAS_PUBLISHED, DocumentKind
from lists.models import Entry, EntryDocument, EntryMove, EntryProposal, EntryProposalMove
from lists.views.steps import ENTRY_STEPS, PROPOSAL_STEPS

SHOWN_AT_ONCE = 12
MOST = 200
"""Of each kind of line."""

_LABELS = {step.name: step.label for step in ENTRY_STEPS} | {PASS_ON: PASSED_ON}
_PROPOSAL_LABELS = {step.name: step.label for step in PROPOSAL_STEPS}


@dataclass(frozen=True)
class Line:
    at: datetime
    label: str | Promise
    look: Look
    who: str
    unit: str = ""
    reason: str = ""
    url: str = ""
    url_label: str | Promise = ""
    url_icon: str = "paperclip"
    is_day: bool = False


@dataclass(frozen=True)
class Timeline:
    lines: list[Line]

    @property
    def recent(self) -> list[Line]:
        return self.lines[:SHOWN_AT_ONCE]

    @property
    def earlier(self) -> list[Line]:
        return self.lines[SHOWN_AT_ONCE:]


def timeline_of(entry: Entry, actor: Actor) -> Timeline:
    """Everything for the deciding unit and for oversight; other units see what was published. At most five queries."""
    is_told = actor.may(Act.OVERSEE) or (actor.unit is not None and actor.unit.pk == entry.unit_id)
    moves = entry.moves.select_related("by", "by_client", "unit").order_by("-at", "-id")
    if not is_told:
        return Timeline([_line(move) for move in moves.filter(to_state__in=WAS_PUBLISHED)[:MOST]])
    lines = [_line(move) for move in moves[:MOST]]
    lines += _proposals(entry, is_own=actor.unit is not None and actor.unit.pk == entry.unit_id)
    lines += _notices(entry)
    lines += _statements(entry)
    lines += _documents(entry)
    return Timeline(sorted(lines, key=lambda line: line.at, reverse=True))


def _line(move: EntryMove) -> Line:
    return Line(
        at=move.at,
        label=_LABELS.get(move.name, move.to_state),
        look=LOOK_OF_STATE.get(move.to_state, UNKNOWN_LOOK),
        who=_person(move),
        unit=str(move.unit or ""),
        reason=move.reason,
        url="#versions" if move.name == "correct" else "",
        url_label=_("Old and new values"),
        url_icon="git-compare",
    )


def _person(move: Any) -> str:
    return str(move.by or move.by_client or _("System"))


def _proposals(entry: Entry, *, is_own: bool) -> Iterator[Line]:
    steps = (
        EntryProposalMove.objects.filter(of__entry=entry)
        .select_related("of", "by", "by_client", "unit")
        .order_by("-at", "-id")
    )
    for step in steps[:MOST]:
        proposal: EntryProposal = step.of
        yield Line(
            at=step.at,
            label=_("%(label)s: %(value)s")
            % {
                "label": proposal.get_kind_display(),
                "value": _PROPOSAL_LABELS.get(step.name, step.to_state),
            },
            look=LOOK_OF_STATE.get(step.to_state, UNKNOWN_LOOK),
            who=_person(step),
            unit=str(step.unit or ""),
            reason=step.reason,
            url=reverse("proposal", args=[proposal.pk]) if is_own else "",
            url_label=proposal.order_number or _("See the proposal"),
            url_icon="gavel",
        )


def _end_of(day: date) -> datetime:
    """What is known by its day alone stands after the steps of that day."""
    return clock.start_of(day + timedelta(days=1)) - timedelta(microseconds=1)


def _notices(entry: Entry) -> Iterator[Line]:
    for notice in entry.notices.select_related("wording", "unit", "made_by", "served_by").order_by("-id")[:MOST]:
        if notice.served_on:
            yield Line(
                at=_end_of(notice.served_on),
                is_day=True,
                label=_("Notice served: %(kind)s") % {"kind": notice.get_kind_display()},
                look=Look("good", "mail-opened"),
                who=str(notice.served_by),
                unit=str(notice.unit),
                reason=notice.served_how,
                url=reverse("notice", args=[notice.pk]),
                url_label=notice.number,
                url_icon="mail",
            )
        yield Line(
            at=_end_of(notice.issued_on),
            is_day=True,
            label=_("Notice issued: %(kind)s") % {"kind": notice.get_kind_display()},
            look=Look("info", "mail-forward"),
            who=str(notice.made_by or _("System")),
            unit=str(notice.unit),
            url=reverse("notice", args=[notice.pk]),
            url_label=notice.number,
            url_icon="mail",
        )


def _statements(entry: Entry) -> Iterator[Line]:
    for statement in entry.statements.select_related("recorded_by", "answered_by").order_by("-id")[:MOST]:
        yield Line(
            at=statement.recorded_at,
            label=_("Statement received"),
            look=Look("warning", "message"),
            who=str(statement.recorded_by),
            reason=statement.content,
        )
        if statement.answered_at:
            yield Line(
                at=statement.answered_at,
                label=_("Statement adopted") if statement.is_adopted else _("Statement not adopted"),
                look=Look("info", "message-check"),
                who=str(statement.answered_by),
                reason=statement.answer,
            )


def _documents(entry: Entry) -> Iterator[Line]:
    documents = EntryDocument.objects.filter(entry=entry).select_related("added_by").order_by("-id")
    for document in documents[:MOST]:
        yield Line(
            at=document.added_at,
            label=_("Document added: %(kind)s") % {"kind": DocumentKind(document.kind).label},
            look=Look("neutral", "paperclip"),
            who=str(document.added_by),
            url=reverse("entry_document", args=[entry.pk, document.pk]),
            url_label=document.title,
        )
