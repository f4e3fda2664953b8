"""What joint rewards and sanctions tell staff. A publication is one event a unit, however many entries it has."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.events import Whose, declare_event

TO_SIGN = declare_event(
    "publication.to_sign",
    _("Publication to sign"),
    _("%(number)s of %(list)s, %(count)s changed: sign by %(day)s."),
    whose=Whose.COOPERATING,
    act=Act.SIGN_TASKS,
)
RELEASE_TO_CONFIRM = declare_event(
    "release.to_confirm",
    _("Release to confirm"),
    _("%(number)s of %(list)s, %(count)s removed: lift the measures and confirm by %(day)s."),
    whose=Whose.COOPERATING,
    act=Act.SIGN_TASKS,
)
FEEDBACK_OWED = declare_event(
    "feedback.owed",
    _("Feedback owed"),
    _("%(list)s, %(first)s to %(last)s: feed back by %(day)s."),
    whose=Whose.COOPERATING,
    act=Act.SIGN_TASKS,
)
BATCH_SCREENED = declare_event(
    "batch.screened",
    _("Batch of parties screened"),
    _("A file was screened. Parties: %(count)s; with hits: %(hits)s."),
    whose=Whose.OWN,
    act=Act.SCREEN_PARTIES,
)
BATCH_REFUSED = declare_event(
    "batch.refused",
    _("Batch of parties refused"),
    _("A file of parties could not be taken. The batch says why."),
    whose=Whose.OWN,
    act=Act.SCREEN_PARTIES,
)
KEPT_PARTIES_CHANGED = declare_event(
    "portfolio.changed",
    _("Kept parties entered or left a list"),
    _("On %(day)s parties that your unit keeps in view entered or left a list."),
    whose=Whose.OWN,
    act=Act.SCREEN_PARTIES,
)
CASE_REPORTED = declare_event(
    "case.reported",
    _("Typical case to decide"),
    _("%(unit)s has reported a typical case."),
    whose=Whose.HOLDERS,
    act=Act.CIRCULATE_CASES,
)
CASE_RETURNED = declare_event(
    "case.returned",
    _("Typical case returned"),
    _("A typical case of your unit was returned. Its page says why."),
    whose=Whose.OWN,
    act=Act.REPORT_CASES,
)
CASE_ADOPTED = declare_event(
    "case.adopted",
    _("Typical case adopted"),
    _("A typical case of your unit was adopted."),
    whose=Whose.OWN,
    act=Act.REPORT_CASES,
)
BULLETIN_ISSUED = declare_event(
    "bulletin.issued",
    _("Bulletin issued"),
    _("%(number)s circulates typical cases: %(count)s."),
    whose=Whose.ALL,
    act=Act.SEE_WORKBENCH,
)
