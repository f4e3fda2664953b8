from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from catalog.enums import MeasureCategory, MeasureObject, Severity
from jinan_credit.accounts.api.serializers import StrictSerializer
from jinan_credit.exchange import rules
from jinan_credit.exchange.addresses import LONGEST_URL
from jinan_credit.exchange.certificates import LONGEST_PEM
from jinan_credit.exchange.models import Cursor
from jinan_credit.exchange.rules import Position
from jinan_credit.exchange.selectors import lag_of
from jinan_credit.kernel.errors import InvalidInput


class PositionField(serializers.CharField):
    """A cursor, `epoch:number`. The reader of positions bounds its length: validators would see the position read."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return rules.read_position(super().to_internal_value(data))
        except InvalidInput as error:
            raise serializers.ValidationError(str(error), code=error.code) from error

    def to_representation(self, value: Position) -> str:  # type: ignore[override]
        return str(value)


class FeedQuerySerializer(StrictSerializer):
    since = PositionField(required=False, help_text="Where the reader stands; without it, where its cursor stands.")
    limit = serializers.IntegerField(required=False, default=rules.CHUNK, min_value=1, max_value=rules.CHUNK)
    wait = serializers.FloatField(
        required=False, default=0, min_value=0, max_value=30, help_text="Seconds to wait for a change."
    )


class AckSerializer(StrictSerializer):
    cursor = PositionField()


class FollowedListSerializer(serializers.Serializer[Any]):
    class _Measure(serializers.Serializer[Any]):
        id = serializers.IntegerField()
        content = serializers.CharField()
        category = serializers.ChoiceField(choices=MeasureCategory.values)
        severity = serializers.ChoiceField(choices=Severity.values)
        applies_to = serializers.ChoiceField(choices=MeasureObject.values)
        memorandum = serializers.CharField(help_text="Its document number.")
        version = serializers.IntegerField(help_text="Of the memorandum; a revision has new measures with new ids.")
        clause = serializers.CharField()
        bases = serializers.ListField(child=serializers.CharField())

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    head = PositionField()
    measures = _Measure(many=True)


class ChangeSerializer(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    op = serializers.ChoiceField(choices=["upsert", "remove"])
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    changed_at = serializers.DateTimeField()
    publication = serializers.CharField()
    reason = serializers.CharField()
    entry = serializers.DictField(required=False, help_text="The entry's full state; not there when it was removed.")


class EnvelopeSerializer(serializers.Serializer[Any]):
    """What the feed answers and what is pushed."""

    class _Data(serializers.Serializer[Any]):
        list = serializers.CharField()
        changes = ChangeSerializer(many=True)

        def get_fields(self) -> Any:
            return {**super().get_fields(), "from": PositionField(), "to": PositionField()}

    type = serializers.CharField()
    timestamp = serializers.DateTimeField()
    data = _Data()  # type: ignore[assignment]


class GoneSerializer(serializers.Serializer[Any]):
    """The position cannot be followed on from."""

    type = serializers.CharField()
    errors = serializers.ListField(child=serializers.DictField())  # type: ignore[assignment]
    snapshot = serializers.CharField()


class DigestSerializer(serializers.Serializer[Any]):
    list = serializers.CharField()
    at = PositionField()
    count = serializers.IntegerField()
    buckets = serializers.ListField(child=serializers.CharField(), min_length=256, max_length=256)


class EndpointInputSerializer(StrictSerializer):
    url = serializers.CharField(max_length=LONGEST_URL)
    auto_sign = serializers.BooleanField(required=False, default=False)
    gzip = serializers.BooleanField(required=False, default=False)
    most_per_minute = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=6000,
        help_text="Null: no limit.",
    )
    ca_certificates = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_PEM, help_text="PEM; trusted instead of the public ones."
    )
    client_certificate = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_PEM, help_text="PEM; shown to the address (mutual TLS)."
    )
    client_key = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_PEM, write_only=True, help_text="PEM, not encrypted."
    )


class KeySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    live_from = serializers.DateTimeField()
    live_to = serializers.DateTimeField(allow_null=True)


class CursorSerializer(serializers.Serializer[Any]):
    """How far the unit's copy of one list is."""

    list = serializers.CharField(source="credit_list.code")
    cursor = PositionField(source="position")
    head = serializers.SerializerMethodField()
    lag = serializers.SerializerMethodField()
    behind_since = serializers.DateTimeField(allow_null=True)
    failures = serializers.IntegerField()
    last_error = serializers.CharField()
    last_attempt_at = serializers.DateTimeField(allow_null=True)
    last_acked_at = serializers.DateTimeField(allow_null=True)
    next_attempt_at = serializers.DateTimeField()

    def get_head(self, cursor: Cursor) -> str:
        return f"{cursor.head_epoch}:{cursor.head_seq}"  # type: ignore[attr-defined]

    def get_lag(self, cursor: Cursor) -> int:
        return lag_of(cursor)


class EndpointSerializer(serializers.Serializer[Any]):
    url = serializers.CharField()
    state = serializers.CharField()
    pause_reason = serializers.CharField()
    is_gone = serializers.BooleanField()
    auto_sign = serializers.BooleanField()
    gzip = serializers.BooleanField(source="wants_gzip")
    verified_at = serializers.DateTimeField()
    held_until = serializers.DateTimeField(allow_null=True)
    probe_at = serializers.DateTimeField(allow_null=True, help_text="Out of reach: one message then asks again.")
    most_per_minute = serializers.IntegerField(allow_null=True)
    ca_certificates = serializers.CharField()
    client_certificate = serializers.CharField()
    keys = serializers.SerializerMethodField()
    lists = serializers.SerializerMethodField()

    def get_keys(self, endpoint: Any) -> list[dict[str, Any]]:
        return list(KeySerializer(endpoint.keys.all(), many=True).data)

    def get_lists(self, endpoint: Any) -> list[dict[str, Any]]:
        return list(CursorSerializer(self.context["cursors"], many=True).data)


class RegisteredEndpointSerializer(EndpointSerializer):
    secret = serializers.CharField(help_text="The signing secret, whsec_…, shown this once.")


class NewKeySerializer(KeySerializer):
    secret = serializers.CharField(help_text="The signing secret, whsec_…, shown this once.")


class NothingSerializer(StrictSerializer):
    """No fields."""


class PauseSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=500, required=False, default=_("Paused by the unit's own system"))


class RewindSerializer(StrictSerializer):
    list = serializers.CharField(max_length=32)
    to = PositionField(required=False)
    at = serializers.DateTimeField(required=False, help_text="What was published from this time on is sent again.")
    publication = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="As in the changes: this one is sent again."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = [name for name in ("to", "at", "publication") if name in attrs]
        if len(given) != 1:
            raise serializers.ValidationError(_("Give exactly one of to, at and publication."), code="one_of_three")
        return {**attrs, "from_where": attrs[given[0]]}
