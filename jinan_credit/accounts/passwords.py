"""What a password must be, in two profiles that disagree: docs/settings.md says which is which."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from jinan_credit.accounts.models import PasswordRecord, User
from jinan_credit.kernel import clock


@dataclass(frozen=True)
class PasswordRules:
    least_length: int
    least_classes: int = 1
    longest_days: int | None = None
    remembered: int = 0


RULES = {
    # OWASP ASVS 5.0 V6.2: long, not common, no composition rules, no forced change
    "asvs": PasswordRules(least_length=12, remembered=1),
    # GB/T 22239-2019 8.1.4.1 (等保三级): complex and changed regularly
    "djbh": PasswordRules(least_length=10, least_classes=3, longest_days=90, remembered=5),
}


def rules() -> PasswordRules:
    return RULES[settings.PASSWORD_RULES]


def is_too_old(user: User) -> bool:
    """Whether the present password is older than the rules allow. One of which nothing is known is as old as can be."""
    if rules().longest_days is None or not user.has_usable_password():
        return False
    last = PasswordRecord.objects.filter(user=user).first()
    since = last.set_at if last is not None else user.date_joined
    return since + timedelta(days=rules().longest_days or 0) <= clock.now()


def classes_of(password: str) -> int:
    """Of capital letters, small letters, digits and all else, how many occur."""
    kinds = (str.isupper, str.islower, str.isdigit)
    found = {next((number for number, kind in enumerate(kinds) if kind(one)), 3) for one in password}
    return len(found)


class LengthValidator:
    def validate(self, password: str, user: Any = None) -> None:
        least = rules().least_length
        if len(password) < least:
            raise ValidationError(_("At least %(least)s characters.") % {"least": least}, code="password_too_short")

    def get_help_text(self) -> str:
        return _("At least %(least)s characters.") % {"least": rules().least_length}


class ClassesValidator:
    """Capital letters, small letters, digits, other signs: so many of the four."""

    def validate(self, password: str, user: Any = None) -> None:
        if classes_of(password) < rules().least_classes:
            raise ValidationError(self.get_help_text(), code="password_too_simple")

    def get_help_text(self) -> str:
        if rules().least_classes < 2:
            return _("Any signs; spaces count, too.")
        words = _("%(least)s of these: capital letters, small letters, digits, other signs.")
        return words % {"least": rules().least_classes}


class RememberedValidator:
    """None of the last ones again; and whatever is set is remembered, for its age."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or user.pk is None:
            return
        last = PasswordRecord.objects.filter(user=user)[: rules().remembered]
        if any(check_password(password, one.password) for one in last):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def password_changed(self, password: str, user: Any = None) -> None:
        if user is not None and user.pk is not None and user.has_usable_password():
            PasswordRecord.objects.create(user=user, password=user.password)

    def get_help_text(self) -> str:
        count = rules().remembered
        if count == 1:
            return _("Not the last password.")
        return _("None of the last %(count)s passwords.") % {"count": count}
