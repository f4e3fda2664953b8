from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from jinan_credit.accounts.second_factors import FACTORS, needs_second_factor
from jinan_credit.accounts.session_life import confirmed_lately
from jinan_credit.accounts.single_sign_on import confirmed_there_lately, is_known_there, is_known_there_alone
from jinan_credit.kernel import crypto


class ClosedSignUp(DefaultAccountAdapter):
    """Accounts are made by the security administrator; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:
        """His own, which he typed twice."""
        user.choose_password(password)
        user.save()

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("my_account")

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """Whoever has just signed in has said who he is. Of a person without password and second factor here allauth
        would ask nothing more: the city's single sign-on does."""
        if confirmed_lately(self.request):
            return False
        if not is_known_there_alone(self.request.user):
            return True
        if not confirmed_there_lately(self.request):
            raise ReauthenticationRequired
        return False

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if is_known_there(user):
            words = _("Sign in again at the city's single sign-on")
            methods.append({"id": "sso", "description": words, "url": reverse("sso_begin")})
        return methods


class SealedSecondFactors(DefaultMFAAdapter):
    """Secrets lie sealed in the database, under the keys of personal numbers."""

    def encrypt(self, text: str) -> str:
        return crypto.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(encrypted_text)

    def get_totp_label(self, user: Any) -> str:
        return user.username

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last one of a person who needs one stays; he adds another first."""
        user = authenticator.user
        others = Authenticator.objects.filter(user=user, type__in=FACTORS).exclude(pk=authenticator.pk)
        return not needs_second_factor(user) or others.exists()
