import pgtrigger
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models.unit import Unit
from jinan_credit.accounts.roles import ADMINISTRATORS
from jinan_credit.kernel.classification import Classified


@history.track(exclude=["password", "last_login"])
class User(AbstractUser):  # type: ignore[django-manager-missing]
    """A member of a unit's staff. Django's own groups and permissions are not used: roles are code."""

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("unit"))
    display_name = models.CharField(_("display name"), max_length=50, blank=True)
    sso_subject = models.CharField(
        _("subject at the city's single sign-on"),
        max_length=255,
        blank=True,
        default="",
        db_default="",
        help_text=_("As the single sign-on names this person (claim “sub”). Empty: he signs in here only."),
    )

    must_change_password = models.BooleanField(
        _("must change the password"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("Another person knows it, who set it: at the next sign-in a new one is asked for."),
    )

    classified = Classified(
        internal="id username is_staff is_superuser is_active date_joined last_login unit password sso_subject "
        "must_change_password",
        personal="first_name last_name email display_name",
    )

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]
        constraints = [
            models.UniqueConstraint(
                fields=["sso_subject"],
                condition=~Q(sso_subject=""),
                name="nobody_shares_a_subject",
                violation_error_message=_("Another account has this subject."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def set_password(self, raw_password: str | None) -> None:
        """By whoever it is; a person's own choice goes through `choose_password`."""
        super().set_password(raw_password)
        self.must_change_password = True

    def choose_password(self, raw_password: str) -> None:
        self.set_password(raw_password)
        self.must_change_password = False

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(self.role_grants.values_list("role", flat=True))


@history.track(gone=True)
class RoleGrant(models.Model):
    """A role that a person holds. Granted by another person (rule 4)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="role_grants", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    granted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("granted by")
    )
    granted_at = models.DateTimeField(_("granted at"), auto_now_add=True)

    classified = Classified(internal="id user role granted_by granted_at")

    class Meta:
        ordering = ["user", "role"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="role_is_held_once"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(role__in=ADMINISTRATORS), name="nobody_holds_two_administrator_roles"
            ),
            models.CheckConstraint(
                condition=Q(granted_by=None) | ~Q(granted_by=models.F("user")), name="nobody_grants_himself_a_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
