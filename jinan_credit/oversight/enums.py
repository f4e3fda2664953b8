from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TallyCode(TextChoices):
    """What is counted by day and kept."""

    TASKS = "TASKS", _("Unit tasks")
    RELEASES = "RELEASES", _("Days to confirm a release")
    EXECUTIONS = "EXECUTIONS", _("Executions")
    MEASURES = "MEASURES", _("Measures applied")
    SCREENINGS = "SCREENINGS", _("Screenings")
    HITS = "HITS", _("Hits")
    EXPIRY = "EXPIRY", _("Ended terms")


class CaseSort(TextChoices):
    OBJECTION = "OBJECTION", _("Objection")
    REPAIR = "REPAIR", _("Repair application")
