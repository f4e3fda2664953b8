"""Makes the provider's database: some people and the one client. Prints the subjects of the people as JSON."""

import json
import sys

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from oauth2_provider.models import get_application_model  # noqa: E402

call_command("migrate", verbosity=0)
people = {name: str(get_user_model().objects.create_user(name).pk) for name in ("wang", "gone", "stranger")}
get_application_model().objects.create(
    client_id="jinan-credit",
    client_secret=sys.argv[1],
    client_type="confidential",
    authorization_grant_type="authorization-code",
    redirect_uris=sys.argv[2],
    post_logout_redirect_uris=sys.argv[3],
    skip_authorization=True,
    algorithm="RS256",
)
print(json.dumps(people))
