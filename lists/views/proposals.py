"""Proposals for an entry on its list: made by one person with the document they rest on, decided by another."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from catalog.models import RuleProfile
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import files_or_nothing
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.wording import listed
from lists.enums import ON_THE_LIST, DocumentKind, EntryState, ExitReason, ProposalKind
from lists.forms.proposals import CeasedForm, CorrectionForm, FallenBasisForm, ProposalForm, RemovalForm, StayForm
from lists.models import Entry
from lists.selectors import other_listed_entries
from lists.services.documents import add_document
from lists.services.fallen_basis import report_fallen_basis
from lists.services.orders import RULES
from lists.services.proposals import (
    propose_correction,
    propose_lift,
    propose_removal,
    propose_stay,
)
from lists.views.one_entry import form_page, own_entry
from lists.views.publishing import effect_of_proposal
from lists.views.staff import StaffRequest, staff_page
from lists.workflow import EDITABLE

_DECIDED_BY_ANOTHER = gettext_lazy("Another person of your unit decides. Nothing happens before.")


@staff_page(Act.REMOVE_ENTRIES)
@require_http_methods(["GET", "POST"])
def entry_correct(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Propose other values for a published entry of one's own unit."""
    shown = _on_the_list(request, pk, EntryState.PUBLISHED)

    def act(form: Any) -> None:
        propose_correction(
            entry=shown,
            new_values=form.new_values(),
            order=form.order,
            learned_on=form.cleaned_data["learned_on"],
            **_common(request, form),
        )

    form = _bound(request, CorrectionForm, entry=shown)
    return _proposed(
        request,
        shown,
        form,
        act,
        heading=_("Propose a correction"),
        done=_("The correction waits for your unit's reviewer."),
        effects=[effect_of_proposal(ProposalKind.CORRECTION, shown)],
    )


@staff_page(Act.REMOVE_ENTRIES)
@require_http_methods(["GET", "POST"])
def entry_remove(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Propose that an entry of one's own unit leaves its list."""
    shown = _on_the_list(request, pk)

    def act(form: Any) -> None:
        propose_removal(entry=shown, exit_reason=ExitReason(form.cleaned_data["exit_reason"]), **_common(request, form))

    form = _bound(request, RemovalForm, entry=shown)
    return _proposed(
        request,
        shown,
        form,
        act,
        heading=_("Propose a removal"),
        done=_("The removal waits for your unit's reviewer."),
        effects=[effect_of_proposal(ProposalKind.REMOVAL, shown)],
    )


@staff_page(Act.REMOVE_ENTRIES)
@require_http_methods(["GET", "POST"])
def entry_basis_fell(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The basis document was revoked or changed: withdraw within the days of SD art. 40, for all that rest on it."""
    shown = _on_the_list(request, pk)
    resting = Entry.objects.of_document(shown.document_number).filter(unit=shown.unit).exclude(pk=shown.pk)
    others = resting.filter(state__in=ON_THE_LIST).count()
    waiting = resting.filter(state__in=[*EDITABLE, EntryState.IN_REVIEW]).count()

    def act(form: Any) -> None:
        common, learned_on = _common(request, form), form.cleaned_data["learned_on"]
        if form.cleaned_data.get("for_all"):
            report_fallen_basis(
                document_number=shown.document_number, order=form.order, learned_on=learned_on, **common
            )
        else:
            propose_removal(
                entry=shown, exit_reason=ExitReason.BASIS_CHANGED, order=form.order, learned_on=learned_on, **common
            )

    days = RuleProfile.objects.for_case(RULES, clock.today())
    effects = [
        _("The days run from the day after the unit learned of it: %(days)s working days (%(rule)s).")
        % {"days": days["basis_fell_wd"], "rule": days.legal_basis},
        effect_of_proposal(ProposalKind.REMOVAL, shown),
        _("Where the document was only changed and the entry remains right otherwise, propose a correction instead."),
    ]
    if others:
        effects.append(
            ngettext(
                "%(count)s other entry of your unit rests on the same document.",
                "%(count)s other entries of your unit rest on the same document.",
                others,
            )
            % {"count": others}
        )
    if waiting:
        effects.append(
            ngettext(
                "%(count)s entry not yet published rests on the same document; it can no longer be published.",
                "%(count)s entries not yet published rest on the same document; they can no longer be published.",
                waiting,
            )
            % {"count": waiting}
        )
    return _proposed(
        request,
        shown,
        _bound(request, FallenBasisForm, entry=shown, others=others),
        act,
        heading=_("The basis document was revoked or changed"),
        done=_("The removal waits for your unit's reviewer."),
        effects=effects,
    )


@staff_page(Act.REMOVE_ENTRIES)
@require_http_methods(["GET", "POST"])
def entry_ceased(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The subject was dissolved, or died: with the proof."""
    shown = _on_the_list(request, pk)

    def act(form: Any) -> None:
        propose_removal(
            entry=shown,
            exit_reason=ExitReason.SUBJECT_CEASED,
            order=form.order,
            ceased_on=form.cleaned_data["ceased_on"],
            **_common(request, form),
        )

    effects = [
        effect_of_proposal(ProposalKind.REMOVAL, shown),
        _("Afterwards nobody can list this subject any more."),
    ]
    if others := other_listed_entries(shown, request.actor):
        lists = listed(one.credit_list for one in others)
        effects.append(_("Its other entries cannot stay either: %(lists)s.") % {"lists": lists})
    return _proposed(
        request,
        shown,
        _bound(request, CeasedForm, entry=shown),
        act,
        heading=_("The subject ceased or died"),
        done=_("The removal waits for your unit's reviewer."),
        effects=effects,
    )


@staff_page(Act.REMOVE_ENTRIES)
@require_http_methods(["GET", "POST"])
def entry_stay(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A court or reviewing organ ordered that execution is stayed."""
    shown = _on_the_list(request, pk, EntryState.PUBLISHED)
    return _by_order(request, shown, propose_stay, ProposalKind.STAY, _("Stay execution by order"))


@staff_page(Act.REMOVE_ENTRIES)
@require_http_methods(["GET", "POST"])
def entry_lift(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The stay of execution was ended by order."""
    shown = _on_the_list(request, pk, EntryState.STAYED)
    return _by_order(request, shown, propose_lift, ProposalKind.LIFT_STAY, _("End the stay by order"))


def _by_order(
    request: StaffRequest, shown: Entry, propose: Callable[..., Any], kind: ProposalKind, heading: str
) -> HttpResponse:
    def act(form: Any) -> None:
        propose(entry=shown, order=form.order, **_common(request, form))

    return _proposed(
        request,
        shown,
        _bound(request, StayForm, entry=shown),
        act,
        heading=heading,
        done=_("The proposal waits for your unit's reviewer."),
        effects=[effect_of_proposal(kind, shown)],
    )


def _on_the_list(request: StaffRequest, pk: UUID, *states: EntryState) -> Entry:
    shown = own_entry(request, pk)
    if shown.state not in (states or ON_THE_LIST):
        raise DomainError(
            "entry_not_published",
            _("The entry is in a state in which this cannot be proposed. Reload the page to see its state."),
        )
    return shown


def _bound(request: StaffRequest, form: type[ProposalForm], **values: Any) -> ProposalForm:
    return form(*((request.POST, request.FILES) if request.method == "POST" else ()), **values)


def _common(request: StaffRequest, form: ProposalForm) -> dict[str, Any]:
    return {"by": request.actor, "reason": form.cleaned_data["reason"]}


def _proposed(
    request: StaffRequest,
    shown: Entry,
    form: ProposalForm,
    act: Callable[[ProposalForm], None],
    *,
    heading: str,
    done: str,
    effects: Iterable[str],
) -> HttpResponse:
    """The form, or the act and the document handed in with it: both or neither."""
    if form.is_bound and form.is_valid():
        try:
            with files_or_nothing():
                act(form)
                _keep_document(request, shown, form)
        except DomainError as refusal:
            refusal.field = {"file": "document", "title": "document"}.get(refusal.field, refusal.field)
            add_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect("entry", shown.pk)
    return form_page(
        request,
        shown,
        form,
        heading=heading,
        submit=_("Propose"),
        effects=(*effects, str(_DECIDED_BY_ANOTHER)),
        icon="send",
    )


def _keep_document(request: StaffRequest, shown: Entry, form: ProposalForm) -> None:
    file, order = form.cleaned_data.get("document"), form.order
    if file:
        kind = DocumentKind.ORDER if order else DocumentKind.EVIDENCE
        add_document(entry=shown, file=file, kind=kind, title=form.title, by=request.actor)
