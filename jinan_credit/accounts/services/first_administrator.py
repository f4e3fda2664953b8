"""The one account that nobody signed in makes: whoever keeps the machine makes it, and it makes the others."""

import pghistory
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User
from jinan_credit.accounts.services.roles import grant_role
from jinan_credit.kernel.errors import DomainError, InvalidInput


@transaction.atomic
def make_first_administrator(*, username: str, password: str) -> User:
    """A security administrator where there is none: at the beginning, or when the last one has left.

    Refusals: `administrator_exists`, `user_exists`, `password_refused`.
    """
    if User.objects.filter(is_active=True, role_grants__role=Role.SECURITY_ADMIN).exists():
        raise DomainError(
            "administrator_exists", _("There is a security administrator already, who makes all other accounts.")
        )
    if User.objects.filter(username=username).exists():
        raise DomainError("user_exists", _("Another account has this name."))
    try:
        validate_password(password)
    except ValidationError as refused:
        raise InvalidInput("password_refused", " ".join(refused.messages), field="password") from refused
    with pghistory.context(command="first_administrator"):
        user = User.objects.create_user(username, password=password)
        grant_role(user, Role.SECURITY_ADMIN, by=SYSTEM)
    return user
