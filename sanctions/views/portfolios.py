"""Portfolios: the parties that a unit watches, and what it was told of them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.moves import open_moves
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel.errors import DomainError
from sanctions.batch_forms import PortfolioFileForm, PortfolioForm
from sanctions.batch_tables import ChangeTable, PartyTable, PortfolioTable
from sanctions.models import PortfolioParty
from sanctions.selectors.portfolios import changes_seen_by, own_portfolio, parties_of, portfolio_for, portfolios_list
from sanctions.services.batches import file_into_portfolio
from sanctions.services.portfolios import drop_party, end_portfolio, make_portfolio, see_changes
from sanctions.workflow import PORTFOLIO

LATEST = 10


@staff_page(Act.SCREEN_PARTIES, Act.SEE_AUDIT)
@require_GET
def portfolio_list(request: StaffRequest) -> HttpResponse:
    """The unit's portfolios; for the audit those of all units, with purpose and legal basis."""
    table = paged(request, PortfolioTable(portfolios_list(request.actor)))
    context = {"table": table, "may_screen": request.actor.may(Act.SCREEN_PARTIES)}
    return render(request, "sanctions/portfolio_list.html", context)


@staff_page(Act.SCREEN_PARTIES)
def portfolio_new(request: StaffRequest) -> HttpResponse:
    form = PortfolioForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            portfolio = make_portfolio(**form.cleaned_data, by=request.actor)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            batch = request.GET.get("batch", "")
            if not batch.isdecimal():
                return redirect("portfolio", pk=portfolio.pk)
            messages.success(request, _("The portfolio is begun. Keep the parties of the batch in it below."))
            return redirect("batch", pk=int(batch))
    return render(request, "sanctions/portfolio_new.html", {"form": form}, status=422 if form.errors else 200)


@staff_page(Act.SCREEN_PARTIES, Act.SEE_AUDIT)
@require_GET
def portfolio_page(request: StaffRequest, pk: int) -> HttpResponse:
    """What is kept, for what, and what was told lately. The audit sees no party."""
    return render(request, "sanctions/portfolio.html", _page(request, pk))


def _page(request: StaffRequest, pk: int, file_form: PortfolioFileForm | None = None) -> dict[str, object]:
    portfolio = portfolio_for(pk, request.actor)
    # Whoever is there for the audit alone sees no party, be the unit his own.
    is_own = portfolio.unit_id in request.actor.units and request.actor.may(Act.SCREEN_PARTIES)
    may_act = is_own and portfolio.is_kept
    context: dict[str, object] = {
        "portfolio": portfolio,
        "is_own": is_own,
        "may_act": may_act,
        "buttons": open_moves(PORTFOLIO, state=portfolio.state, by=request.actor) if is_own else [],
        "effects": {
            "end": _(
                "When the purpose is served: nothing more is told, and the parties are deleted when their time is over."
            )
        },
        "moves": portfolio.moves.select_related("by", "by_client", "unit"),
        "workflow": PORTFOLIO,
    }
    if is_own:
        news = changes_seen_by(request.actor).filter(party__portfolio=portfolio)
        context |= {
            "table": paged(request, PartyTable(parties_of(portfolio), exclude=() if may_act else ("drop",))),
            "changes": ChangeTable(news[:LATEST], prefix="changes-", orderable=False, exclude=("portfolio",)),
            "file_form": file_form or PortfolioFileForm(),
        }
    return context


@staff_page(Act.SCREEN_PARTIES)
@require_POST
def portfolio_file(request: StaffRequest, pk: int) -> HttpResponse:
    """Parties of a file are kept in the portfolio, or taken out of it."""
    portfolio = own_portfolio(pk, request.actor)
    form = PortfolioFileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = file_into_portfolio(
                portfolio=portfolio, file=file, file_name=file.name, use=form.cleaned_data["use"], by=request.actor
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("batch", pk=batch.pk)
    return render(request, "sanctions/portfolio.html", _page(request, pk, form), status=422)


@staff_page(Act.SCREEN_PARTIES)
@require_POST
def portfolio_end(request: StaffRequest, pk: int) -> HttpResponse:
    portfolio = own_portfolio(pk, request.actor)
    try:
        end_portfolio(portfolio=portfolio, by=request.actor, reason=request.POST.get("reason", ""))
        messages.success(request, _("The portfolio has ended. Nothing more is told of its parties."))
    except DomainError as refusal:
        note_refusal(request, refusal)
    return redirect("portfolio", pk=pk)


@staff_page(Act.SCREEN_PARTIES)
@require_POST
def party_drop(request: StaffRequest, pk: int) -> HttpResponse:
    party = drop_party(party=PortfolioParty(pk=pk), by=request.actor)
    messages.success(request, _("The party was taken out of the portfolio."))
    return redirect("portfolio", pk=party.portfolio_id)


@staff_page(Act.SCREEN_PARTIES)
def portfolio_changes(request: StaffRequest) -> HttpResponse:
    """What was told of the unit's parties; `?seen=no` what nobody has seen. Posted: those that were shown are seen."""
    if request.method == "POST":
        see_changes(up_to=_number(request.POST.get("up_to", "")), by=request.actor)
        return redirect("portfolio_changes")
    changes = changes_seen_by(request.actor)
    only_unseen = request.GET.get("seen") == "no"
    newest = changes.unseen().values_list("pk", flat=True).first()
    table = paged(request, ChangeTable(changes.unseen() if only_unseen else changes))
    context = {"table": table, "only_unseen": only_unseen, "newest": newest, "total": table.paginator.count}
    return render(request, "sanctions/portfolio_changes.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
