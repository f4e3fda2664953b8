"""The unit's screenings as a file: the lines of their page (`lists.services.export_sources`)."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.masking import Audience, name_for
from lists.services.export_rows import Column
from lists.services.export_sources import source_of_table
from sanctions.enums import PartyKind
from sanctions.filters import ScreeningFilter
from sanctions.models import Screening
from sanctions.selectors.screenings import screenings_list

CODE = "screenings"


def _party(screening: Screening, viewer: Actor) -> str:
    return name_for(Audience.FILE, screening.party_name, is_person=screening.party_kind == PartyKind.PERSON)


SOURCE = source_of_table(
    name=_("Screenings"),
    file_name=_("screenings-%(number)s"),
    masked=_("Names and document numbers of natural persons are masked."),
    page="screenings",
    act=Act.SCREEN_PARTIES,
    filters=ScreeningFilter,
    rows=lambda by, given: screenings_list(by),
    columns=[
        Column(_("Party"), 32, _party),
        Column(_("Identifier"), 22, lambda screening, viewer: screening.identifier),
        Column(_("Matter"), 28, lambda screening, viewer: screening.matter_name),
        Column(_("Result"), 18, lambda screening, viewer: screening.get_result_display()),
        Column(_("Hits to answer"), 12, lambda screening, viewer: screening.open_hits),
        Column(_("State"), 12, lambda screening, viewer: screening.get_state_display()),
        Column(_("Screened at"), 18, lambda screening, viewer: screening.screened_at),
        Column(_("Screened by"), 16, lambda screening, viewer: screening.officer),
        Column(_("Number"), 38, lambda screening, viewer: screening.pk),
    ],
)
