"""Entries: the list, one entry, drafts by hand, proposals to correct or remove, the full number."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_tables2 import RequestConfig

from catalog.models import RuleProfile
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.moves import open_moves
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, NotFound
from lists.enums import EntryState, ExitReason, ProposalState
from lists.filters import EntryFilter
from lists.forms import CorrectionForm, EntryForm, ListChoiceForm, RemovalForm, RevealForm, initial_of
from lists.models import CreditList, Entry
from lists.panels import entry_panels
from lists.services.entries import discard_entries, draft_entry, return_entries, revise_draft, submit_entries
from lists.services.proposals import propose_correction, propose_removal
from lists.services.publications import publish_entries
from lists.services.reveals import reveal_number
from lists.tables import MOST_COUNTED, PER_PAGE, CappedPaginator, EntryTable, SelectableEntryTable, about
from lists.views.publishing import effect_of_publishing
from lists.views.selection import require_same_count, selection
from lists.views.staff import StaffRequest, own_unit, staff_page
from lists.views.steps import ENTRY_STEPS
from lists.views.versions import versions_of
from lists.workflow import BUTTONS, ENTRY

EDITABLE = (EntryState.DRAFT, EntryState.RETURNED)


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def entries(request: StaffRequest) -> HttpResponse:
    """Every entry this person may see, by filters in the URL; drafts can be selected and submitted."""
    visible = Entry.objects.visible_to(request.actor).select_related("credit_list", "subject", "unit")
    filtered = EntryFilter(request.GET, queryset=visible, request=request)
    may_draft = request.actor.may(Act.DRAFT_ENTRIES)
    submittable = _submittable(request, filtered) if may_draft else 0
    table = (SelectableEntryTable if submittable else EntryTable)(filtered.qs)
    paginate = {"per_page": PER_PAGE, "paginator_class": CappedPaginator}
    RequestConfig(request, paginate=paginate).configure(table)
    total = table.paginator.count
    is_capped = total >= MOST_COUNTED
    if is_capped:
        table.orderable = False
    for row in table.page.object_list:
        record = row.record
        record.is_selectable = record.unit_id == request.user.unit_id and record.state in EDITABLE
    return render(
        request,
        "lists/entries.html",
        {
            "filter": filtered,
            "table": table,
            "total": None if is_capped else total,
            "about": about(filtered.qs) if is_capped else None,
            "may_draft": may_draft and CreditList.objects.initiated_by(request.actor.unit).exists(),
            "submittable": submittable,
            "query": request.GET.urlencode(),
        },
    )


def _submittable(request: StaffRequest, filtered: EntryFilter) -> int:
    """How many of the filtered entries could be submitted; asked only where the filter shows such ones."""
    if request.GET.get("state", "") not in EDITABLE:
        return 0
    return min(filtered.qs.filter(unit=request.actor.unit, state__in=EDITABLE).count(), MOST_COUNTED)


@staff_page(Act.DRAFT_ENTRIES)
@require_POST
def submit_selected(request: StaffRequest) -> HttpResponse:
    """Submit the selected drafts for review: first the effect in words, then the act."""
    chosen = selection(request, Entry.objects.filter(unit=own_unit(request), state__in=EDITABLE))
    count = chosen.entries.count()
    if "confirmed" in request.POST:
        require_same_count(request, count)
        submitted = submit_entries(entries=chosen.entries, by=request.actor).done
        messages.success(
            request,
            ngettext(
                "%(count)s entry was submitted for review.", "%(count)s entries were submitted for review.", submitted
            )
            % {"count": f"{submitted:,}"},
        )
        return redirect(f"{reverse('entries')}?state={EntryState.IN_REVIEW}")
    return render(
        request,
        "lists/submit_confirm.html",
        {"count": count, "fields": chosen.fields, "back": f"{reverse('entries')}?{request.POST.get('query', '')}"},
    )


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
def entry_new(request: StaffRequest) -> HttpResponse:
    """A draft by hand: first the list, where there is more than one, then its form."""
    lists = CreditList.objects.initiated_by(own_unit(request))
    code = request.GET.get("credit_list", "")
    credit_list = lists.filter(code=code).first() if code else (lists[0] if len(lists) == 1 else None)
    if credit_list is None:
        choice = ListChoiceForm({"credit_list": code} if code else None, lists=lists)
        return render(request, "lists/entry_choose_list.html", {"form": choice, "any": lists.exists()})
    form = EntryForm(request.POST if request.method == "POST" else None, credit_list=credit_list)
    if request.method == "POST" and form.is_valid():
        try:
            entry = draft_entry(credit_list=credit_list, values=form.cleaned_data, by=request.actor)
        except DomainError as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("The draft is kept. Submit it when it is complete."))
            return redirect("entry", entry.pk)
    return _entry_form_page(request, form, credit_list, back=reverse("entries"))


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
def entry_edit(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Change a draft or a returned entry of one's own unit."""
    entry = get_object_or_404(
        Entry.objects.select_related("credit_list", "subject").filter(unit=own_unit(request)), pk=pk
    )
    if entry.state not in EDITABLE:
        raise DomainError("entry_not_draft", _("This entry is no draft any more. Reload the page to see its state."))
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        credit_list=entry.credit_list,
        entry=entry,
        initial=initial_of(entry),
    )
    if request.method == "POST" and form.is_valid():
        try:
            revise_draft(entry=entry, values=form.cleaned_data, by=request.actor)
        except DomainError as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("The changes are kept."))
            return redirect("entry", entry.pk)
    return _entry_form_page(request, form, entry.credit_list, back=reverse("entry", args=[pk]))


def _show(form: EntryForm, refusal: DomainError) -> None:
    """A refusal beside its field; the entry's names are not all those of the form."""
    refusal.field = {"subject_name": "name"}.get(refusal.field, refusal.field)
    add_refusal(form, refusal)


def _entry_form_page(request: StaffRequest, form: EntryForm, credit_list: CreditList, back: str) -> HttpResponse:
    context = {
        "form": form,
        "credit_list": credit_list,
        "back": back,
        "rule": RuleProfile.objects.valid(clock.today()).filter(code=credit_list.term_profile).first(),
    }
    return render(request, "lists/entry_form.html", context, status=400 if form.errors else 200)


def _visible(request: StaffRequest, pk: UUID) -> Entry:
    related = "credit_list subject unit term_rule last_publication__credit_list from_import"
    return get_object_or_404(Entry.objects.visible_to(request.actor).select_related(*related.split()), pk=pk)


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def entry(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One entry: what it says, how it came, what may be done. Another unit's draft is not there (404)."""
    return _entry_page(request, _visible(request, pk), RevealForm())


def _entry_page(request: StaffRequest, shown: Entry, reveal_form: RevealForm, status: int = 200) -> HttpResponse:
    actor = request.actor
    is_own = actor.unit is not None and shown.unit_id == actor.unit.pk
    moves = open_moves(ENTRY, state=shown.state, by=actor, made_by=shown.makers) if is_own else []
    offered = [move for move in moves if move.name in BUTTONS]
    proposal = shown.proposals.filter(state=ProposalState.OPEN).first() if is_own else None
    context = {
        "entry": shown,
        "is_own": is_own,
        "moves": offered,
        "effects": _effects(shown, [move.name for move in offered]),
        "is_own_work": is_own
        and shown.state == EntryState.IN_REVIEW
        and actor.may(Act.PUBLISH_ENTRIES)
        and request.user.pk in shown.makers,
        "may_edit": is_own and shown.state in EDITABLE and actor.may(Act.DRAFT_ENTRIES),
        "may_propose": is_own
        and shown.state == EntryState.PUBLISHED
        and actor.may(Act.REMOVE_ENTRIES)
        and proposal is None,
        "proposal": proposal,
        "may_reveal": bool(shown.subject.sealed_number) and actor.may(Act.REVEAL_NUMBERS),
        "reveal_form": reveal_form,
        "days_left": (shown.term_to - clock.today()).days,
        "related_persons": shown.related_persons.all(),
        "steps": ENTRY_STEPS,
        "moves_made": shown.moves.select_related("by", "by_client", "unit"),
        "versions": versions_of(shown, request.GET.get("old", ""), request.GET.get("new", "")),
        "panels": entry_panels.for_(shown, actor),
    }
    return render(request, "lists/entry.html", context, status=status)


def _effects(shown: Entry, names: list[str]) -> dict[str, str]:
    effects = {
        "submit": _("Your unit's reviewer decides whether it is published. Until then it can no longer be changed."),
        "discard": _("The draft is given up. It stays in the record and cannot be taken up again."),
        "return": _("The entry goes back to the clerk for correction."),
    }
    if "publish" in names:
        effects["publish"] = effect_of_publishing(shown.credit_list, Entry.objects.filter(pk=shown.pk)).in_words
    return effects


@staff_page(Act.DRAFT_ENTRIES, Act.PUBLISH_ENTRIES)
@require_POST
def entry_move(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One step of the entry's life, by its button."""
    shown = _visible(request, pk)
    if shown.unit_id != own_unit(request).pk:
        raise NotFound("entry_not_found", _("There is no such entry."))
    name, reason = request.POST.get("move", ""), request.POST.get("reason", "")
    if name not in ("submit", "discard", "return", "publish"):
        raise Http404
    ENTRY.require(name, shown.state)
    one = Entry.objects.filter(pk=pk)
    if name == "submit":
        submit_entries(entries=one, by=request.actor)
        messages.success(request, _("Submitted for review."))
    elif name == "discard":
        discard_entries(entries=one, by=request.actor, reason=reason)
        messages.success(request, _("The draft was given up."))
    elif name == "return":
        return_entries(entries=one, by=request.actor, reason=reason)
        messages.success(request, _("Returned to the clerk."))
    else:
        publication = publish_entries(credit_list=shown.credit_list, entries=one, by=request.actor)
        messages.success(request, _("Published as %(number)s.") % {"number": publication.number})
    return redirect("entry", pk)


@staff_page(Act.REVEAL_NUMBERS)
@require_POST
@never_cache
def entry_number(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The full document number, with a reason, logged. As a fragment for htmx, else as a page."""
    shown = _visible(request, pk)
    is_fragment = bool(request.htmx)  # type: ignore[attr-defined]
    form, number = RevealForm(request.POST), ""
    if form.is_valid():
        try:
            number = reveal_number(entry=shown, by=request.actor, reason=form.cleaned_data["reason"])
        except NotFound:
            raise
        except DomainError as refusal:
            add_refusal(form, refusal)
    template = "lists/_number.html" if is_fragment else "lists/number.html"
    status = 400 if form.errors and not is_fragment else 200
    return render(
        request, template, {"entry": shown, "number": number, "reveal_form": form, "may_reveal": True}, status=status
    )


@staff_page(Act.REMOVE_ENTRIES)
@require_http_methods(["GET", "POST"])
def entry_correct(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Propose other values for a published entry of one's own unit."""
    shown = _own_published(request, pk)
    form = CorrectionForm(request.POST if request.method == "POST" else None, entry=shown)
    if request.method == "POST" and form.is_valid():
        try:
            propose_correction(
                entry=shown, new_values=form.new_values(), by=request.actor, reason=form.cleaned_data["reason"]
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The correction waits for your unit's reviewer."))
            return redirect("entry", pk)
    return _proposal_page(request, shown, form, _("Propose a correction"))


@staff_page(Act.REMOVE_ENTRIES)
@require_http_methods(["GET", "POST"])
def entry_remove(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Propose that a published entry of one's own unit leaves its list."""
    shown = _own_published(request, pk)
    form = RemovalForm(request.POST if request.method == "POST" else None, entry=shown)
    if request.method == "POST" and form.is_valid():
        try:
            propose_removal(
                entry=shown,
                exit_reason=ExitReason(form.cleaned_data["exit_reason"]),
                by=request.actor,
                reason=form.cleaned_data["reason"],
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The removal waits for your unit's reviewer."))
            return redirect("entry", pk)
    return _proposal_page(request, shown, form, _("Propose a removal"))


def _own_published(request: StaffRequest, pk: UUID) -> Entry:
    shown = _visible(request, pk)
    if shown.unit_id != own_unit(request).pk:
        raise NotFound("entry_not_found", _("There is no such entry."))
    if shown.state != EntryState.PUBLISHED:
        raise DomainError("entry_not_published", _("This entry is not published, or has left the list."))
    return shown


def _proposal_page(
    request: StaffRequest, shown: Entry, form: CorrectionForm | RemovalForm, heading: str
) -> HttpResponse:
    context = {"entry": shown, "form": form, "heading": heading}
    return render(request, "lists/proposal_form.html", context, status=400 if form.errors else 200)
