from drf_spectacular.contrib.django_oauth_toolkit import DjangoOAuthToolkitScheme


class ClientAuthenticationScheme(DjangoOAuthToolkitScheme):
    """Tells the OpenAPI schema that calls carry an OAuth 2.0 token."""

    target_class = "jinan_credit.accounts.api.authentication.ClientAuthentication"
    name = "oauth2"
