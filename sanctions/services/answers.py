"""One report for several hits: the officer answers once for what was found in one matter."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.files import files_or_nothing
from jinan_credit.kernel.errors import InvalidInput, NotFound
from sanctions.models import Execution, Hit, Screening
from sanctions.selectors.duties import duties_of
from sanctions.services.executions import Report, answer_locked, check_words, require_open


@files_or_nothing()
def answer_hits(*, screening: Screening, report: Report, by: Actor, hits: Collection[int] = ()) -> list[Execution]:
    """Answer the open hits of a screening, and of its consortium, or those named, with one report: all or none.

    Of the measures each hit gets those that the unit applies on its list.
    Refusals: `not_found` for another unit's hit or one of another matter; `nothing_to_answer`; `measure_not_own` for
    one that applies to none of the hits; `measures_missing` where none applies to a hit; else as `answer_hit`.
    """
    matter = Hit.objects.visible_to(by).filter(screening__in=Screening.objects.of_consortium(screening))
    chosen = list(
        (matter.filter(pk__in=hits) if hits else matter.open())
        .select_related("screening", "entry__credit_list")
        .select_for_update(of=("self",))  # all of them before the tasks, as whoever answers one of them
        .order_by("pk")
    )
    if len(chosen) < len(set(hits)):
        raise NotFound
    if not chosen:
        raise InvalidInput("nothing_to_answer", _("There is no hit to answer."), field="hits")
    for hit in chosen:
        require_open(hit, by)
    check_words(report)
    assert by.unit is not None, "the hits are seen by their unit"
    duties = duties_of(by.unit)
    own = {
        hit.pk: {one.id for one in duties.measures(hit.entry.credit_list_id, hit.matched_as)} & set(report.measures)
        for hit in chosen
    }
    foreign = set(report.measures).difference(*own.values())
    if foreign:
        raise InvalidInput(
            "measure_not_own",
            _("One of these measures is not among those your unit applies for this list."),
            field="measures",
            measures=sorted(foreign),
        )
    left_out = [hit for hit in chosen if not own[hit.pk]] if report.measures else []
    if left_out:
        raise InvalidInput(
            "measures_missing",
            _("None of these measures applies to %(entry)s. Answer it by itself.") % {"entry": left_out[0].entry},
            field="measures",
        )
    return answer_locked(hits=chosen, measures=own, report=report, by=by)
