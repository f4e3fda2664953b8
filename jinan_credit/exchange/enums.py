from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EndpointState(TextChoices):
    ACTIVE = "ACTIVE", _("Active")
    PAUSED = "PAUSED", _("Paused")


class Via(TextChoices):
    """How a unit's copy of a list is moved on."""

    PUSH = "PUSH", _("Push")
    PULL = "PULL", _("Pull")


class MessageKind(TextChoices):
    """What a push carries; the value is the `type` of its body."""

    CHANGES = "list.changes", pgettext_lazy("a message", "Changes")
    RESYNC = "list.resync", _("Start anew from the snapshot")
    ENDED = "list.ended", _("The list no longer concerns the unit")


class Settlement(TextChoices):
    """How a change that a receiver rejected came to its end."""

    TAKEN = "TAKEN", _("Taken later")
    BY_HAND = "BY_HAND", _("Settled by hand")
