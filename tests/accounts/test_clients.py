"""Clients, their tokens and scopes, strict bodies and Idempotency-Key, on a small view of our own."""

import base64
import threading

import pytest
from django.db import connection
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from jinan_credit.accounts.actors import ACTS_OF_SCOPE, SYSTEM, Actor, actor_of
from jinan_credit.accounts.api.idempotency import idempotent
from jinan_credit.accounts.api.serializers import StrictSerializer
from jinan_credit.accounts.enums import Act, DataProfile, Role, UnitKind
from jinan_credit.accounts.models import IdempotentCall, Unit
from jinan_credit.accounts.services.clients import change_client, register_client
from jinan_credit.kernel.errors import DomainError, NotAllowed


class NameSerializer(StrictSerializer):
    name = serializers.CharField(max_length=20)


class MakeUnit(APIView):
    required_scope = "entries:write"

    @idempotent
    def post(self, request):
        body = NameSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        name = body.validated_data["name"]
        if name == "taken":
            raise DomainError("name_taken", "This name is taken.", field="name")
        unit = Unit.objects.create(code=name, name=name, kind=UnitKind.PLATFORM, data_profile=DataProfile.MASKED)
        return Response({"id": unit.pk, "by": str(request.actor.unit)}, status=201)


def token_of(django_client, client, secret, **more):
    basic = base64.b64encode(f"{client.client_id}:{secret}".encode()).decode()
    return django_client.post(
        "/o/token/", {"grant_type": "client_credentials", **more}, HTTP_AUTHORIZATION=f"Basic {basic}"
    )


def call(token, body, **headers):
    request = APIRequestFactory().post(
        "/api/v1/units/", body, format="json", HTTP_AUTHORIZATION=f"Bearer {token}", **headers
    )
    response = MakeUnit.as_view()(request)
    response.render()
    return response


@pytest.fixture
def registered(unit):
    return register_client(unit, "财政业务系统", ["entries:write", "feed"], by=SYSTEM)


@pytest.fixture
def token(client, registered):
    return token_of(client, *registered).json()["access_token"]


def test_the_secret_is_kept_as_a_hash_only(registered):
    client, secret = registered
    client.refresh_from_db()
    assert secret not in client.client_secret
    assert client.client_type == client.CLIENT_CONFIDENTIAL
    assert client.authorization_grant_type == client.GRANT_CLIENT_CREDENTIALS


def test_only_the_security_administrator_registers_clients(unit, make_user):
    with pytest.raises(NotAllowed):
        register_client(unit, "x", ["feed"], by=actor_of(make_user("clerk", Role.CLERK)))


@pytest.mark.parametrize("scopes", [[], ["everything"], ["feed", "admin"]])
def test_scopes_must_be_known(unit, scopes):
    with pytest.raises(DomainError) as refusal:
        register_client(unit, "x", scopes, by=SYSTEM)
    assert refusal.value.code == "scope_unknown"


def test_a_unit_that_has_ended_gets_no_client(unit):
    unit.valid_to = unit.valid_from
    unit.save()
    with pytest.raises(DomainError) as refusal:
        register_client(unit, "x", ["feed"], by=SYSTEM)
    assert refusal.value.code == "unit_not_active"


def test_a_token_carries_the_granted_scopes(client, registered):
    answer = token_of(client, *registered).json()
    assert set(answer["scope"].split()) == {"entries:write", "feed"}
    assert answer["expires_in"] == 600


def test_a_scope_that_was_not_granted_cannot_be_had(client, registered):
    assert token_of(client, *registered, scope="screening").status_code == 400


def test_a_wrong_secret_gets_no_token(client, registered):
    assert token_of(client, registered[0], "wrong").status_code == 401


def test_a_machine_never_reviews_publishes_or_decides(unit):
    machine = register_client(unit, "x", list(ACTS_OF_SCOPE), by=SYSTEM)[0]
    forbidden = {Act.PUBLISH_ENTRIES, Act.DECIDE_OBJECTIONS, Act.APPROVE_REPAIRS, Act.REVEAL_NUMBERS}
    assert not forbidden & Actor(client=machine).acts


def test_a_call_acts_for_the_clients_unit(token):
    response = call(token, {"name": "one"})
    assert response.status_code == 201
    assert response.data["by"] == "市财政局"


def test_a_wrong_scope_is_refused(client, unit):
    other = register_client(unit, "reader", ["feed"], by=SYSTEM)
    assert call(token_of(client, *other).json()["access_token"], {"name": "one"}).status_code == 403


@pytest.mark.django_db
def test_a_made_up_token_is_refused():
    assert call("nothing", {"name": "one"}).status_code == 401


def test_a_token_in_the_address_is_refused(token):
    request = APIRequestFactory().post(f"/api/v1/units/?access_token={token}", {"name": "one"}, format="json")
    assert MakeUnit.as_view()(request).status_code == 401


def test_a_withdrawn_client_is_dead_at_its_next_request(client, registered, token):
    change_client(registered[0], name="财政业务系统", scopes=["feed"], is_active=False, by=SYSTEM)
    assert call(token, {"name": "one"}).status_code == 401
    assert token_of(client, *registered).status_code == 401


def test_unknown_fields_are_refused_by_name(token):
    response = call(token, {"name": "one", "colour": "red"})
    assert response.status_code == 400
    assert [(error["attr"], error["code"]) for error in response.data["errors"]] == [("colour", "unknown_field")]
    assert not Unit.objects.filter(name="one").exists()


def test_a_refusal_keeps_its_code_and_field(token):
    response = call(token, {"name": "taken"})
    assert response.status_code == 409
    assert [(error["attr"], error["code"]) for error in response.data["errors"]] == [("name", "name_taken")]


def test_the_same_key_and_body_give_the_first_answer(token):
    first = call(token, {"name": "one"}, HTTP_IDEMPOTENCY_KEY="k")
    second = call(token, {"name": "one"}, HTTP_IDEMPOTENCY_KEY="k")
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert Unit.objects.filter(name="one").count() == 1


def test_the_same_key_with_another_body_is_refused(token):
    call(token, {"name": "one"}, HTTP_IDEMPOTENCY_KEY="k")
    response = call(token, {"name": "two"}, HTTP_IDEMPOTENCY_KEY="k")
    assert response.status_code == 422
    assert not Unit.objects.filter(name="two").exists()


def test_after_a_refusal_the_key_is_free(token):
    assert call(token, {"name": "taken"}, HTTP_IDEMPOTENCY_KEY="k").status_code == 409
    assert not IdempotentCall.objects.exists()
    assert call(token, {"name": "one"}, HTTP_IDEMPOTENCY_KEY="k").status_code == 201


def test_a_key_that_is_too_long_is_refused(token):
    assert call(token, {"name": "one"}, HTTP_IDEMPOTENCY_KEY="k" * 201).status_code == 400


def test_one_clients_key_is_not_anothers(client, unit, token):
    other = register_client(unit, "second", ["entries:write"], by=SYSTEM)
    call(token, {"name": "one"}, HTTP_IDEMPOTENCY_KEY="k")
    response = call(token_of(client, *other).json()["access_token"], {"name": "two"}, HTTP_IDEMPOTENCY_KEY="k")
    assert response.status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_one_key_one_has_an_effect(client, unit):
    token = token_of(client, *register_client(unit, "x", ["entries:write"], by=SYSTEM)).json()["access_token"]
    start, answers = threading.Barrier(2), []

    def send():
        start.wait(timeout=10)
        answers.append(call(token, {"name": "one"}, HTTP_IDEMPOTENCY_KEY="k"))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].data == answers[1].data
    assert Unit.objects.filter(name="one").count() == 1
