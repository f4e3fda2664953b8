from django.contrib.contenttypes.models import ContentType
from django.test import Client

from jinan_credit.accounts.enums import Role
from tests.cast import Cast, make_user, publish_one
from tests.oversight.conftest import SignIn


def test_the_coordinator_finds_his_figures_on_the_administrations_home(cast: Cast, sign_in: SignIn) -> None:
    publish_one(cast)
    answer = sign_in(cast.coordinator).get("/admin/")
    assert answer.status_code == 200
    assert answer.context["figures"].tasks == 2
    assert '<a href="/oversight/">' in answer.content.decode()


def test_other_administrators_have_no_figures(cast: Cast, sign_in: SignIn) -> None:
    keeper = make_user("keeper", cast.commission, Role.SECURITY_ADMIN)
    answer = sign_in(keeper).get("/admin/")
    assert answer.status_code == 200
    assert answer.context["figures"] is None
    assert "/oversight/" not in answer.content.decode()


def test_a_clerk_has_no_administration(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.clerk).get("/admin/", follow=True).status_code == 403


def test_there_is_one_sign_in_for_all_pages() -> None:
    answer = Client().get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=/admin/")


def test_no_row_has_a_way_to_a_public_page(cast: Cast, sign_in: SignIn) -> None:
    """Kinds of rows without a table of their own among them."""
    client = sign_in(cast.coordinator)
    for kind in ContentType.objects.all():
        assert client.get(f"/admin/r/{kind.pk}/1/").status_code == 404, kind
