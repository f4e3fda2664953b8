"""What goes in and out of the REST calls on screenings, executions and tasks (contract §2)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jinan_credit.accounts.api.serializers import StrictSerializer
from lists.enums import DocumentType
from sanctions.enums import Match, MatchedAs, Outcome, PartyKind, ScreeningResult, TaskKind, TaskState


def lower_choices(*values: str) -> list[str]:
    """Choices as the contract spells them: lower case."""
    return [str(value).lower() for value in values]


class PartyIn(StrictSerializer):
    kind = serializers.ChoiceField(choices=lower_choices(*PartyKind.values))
    code = serializers.CharField(required=False, default="", allow_blank=True, max_length=40)
    name = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    document_type = serializers.ChoiceField(choices=DocumentType.values, required=False, default="", allow_blank=True)
    document_number = serializers.CharField(required=False, default="", allow_blank=True, max_length=40)


class MatterIn(StrictSerializer):
    code = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    name = serializers.CharField(max_length=200)
    reference = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)


class ScreeningIn(StrictSerializer):
    party = PartyIn()
    matter = MatterIn()
    purpose = serializers.CharField(max_length=300)
    as_of = serializers.DateField(required=False, allow_null=True, default=None)
    known_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class OwnMeasureOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    content = serializers.CharField()
    bases = serializers.ListField(child=serializers.CharField())


class HitOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(
        allow_null=True, help_text="By which the hit is answered; null for a mere like name, which is not answered."
    )
    entry_id = serializers.UUIDField()
    entry_version = serializers.IntegerField()
    entry = serializers.DictField(help_text="The entry as the feed gives it, in the unit's data profile.")
    match = serializers.ChoiceField(choices=lower_choices(*Match.values))
    matched_as = serializers.ChoiceField(choices=lower_choices(*MatchedAs.values))
    score = serializers.FloatField(min_value=0, max_value=1)
    explanation = serializers.CharField(help_text="In what the name found differs from the one given.")
    answered = serializers.BooleanField()
    measures = OwnMeasureOut(many=True, help_text="The unit's own measures that may be applied.")


class ScreeningOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    result = serializers.ChoiceField(choices=lower_choices(*ScreeningResult.values))
    unknown_reason = serializers.CharField(allow_null=True, help_text="Why it cannot tell; null otherwise.")
    hits = HitOut(many=True)
    positions = serializers.DictField(
        child=serializers.CharField(), help_text="Cursor of each list considered, by list code."
    )
    screened_at = serializers.DateTimeField()
    as_of = serializers.DateField(allow_null=True)
    known_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    receipt = serializers.CharField(help_text="Signed proof of this screening; print or file it.")


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "maxLength": 300},
            {
                "type": "object",
                "properties": {"code": {"type": "string"}, "name": {"type": "string"}, "reference": {"type": "string"}},
                "additionalProperties": False,
            },
        ]
    }
)
class MatterField(serializers.Field[Any, Any, Any, Any]):
    """The matter as a line of text, or as in a screening: code, name, reference. Kept as one line."""

    default_error_messages = {"invalid": _("Give the matter as text, or as an object with code, name, reference.")}

    def to_internal_value(self, data: Any) -> str:
        parts = [data] if isinstance(data, str) else self._parts(data)
        if not all(isinstance(part, str) for part in parts):
            self.fail("invalid")
        line = " ".join(part.strip() for part in parts if part.strip())
        if len(line) > 300 or "\x00" in line:
            self.fail("invalid")
        return line

    def _parts(self, data: Any) -> list[Any]:
        if not isinstance(data, Mapping) or set(data) - {"code", "name", "reference"}:
            self.fail("invalid")
        return [data.get(name, "") for name in ("code", "name", "reference")]

    def to_representation(self, value: Any) -> Any:
        return value


class ExecutionIn(StrictSerializer):
    hit = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    task = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    entry = serializers.UUIDField(
        required=False, help_text="With `task`: the one entry of its publication it is about."
    )
    outcome = serializers.ChoiceField(choices=lower_choices(*Outcome.values))
    measures = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, default=list, max_length=100
    )
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)
    performed_on = serializers.DateField()
    matter = MatterField(required=False, default="")
    amount = serializers.DecimalField(
        max_digits=16, decimal_places=2, min_value=0, required=False, allow_null=True, default=None, help_text="CNY"
    )
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=4000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("hit" in attrs) == ("task" in attrs):
            raise serializers.ValidationError(
                _("Name either the hit that is answered or the task that is fed back."), code="hit_or_task"
            )
        if "entry" in attrs and "task" not in attrs:
            raise serializers.ValidationError(
                {"entry": [_("A hit names its entry already.")]}, code="entry_given_by_hit"
            )
        return attrs


class ExecutionOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    hit = serializers.IntegerField(allow_null=True)
    task = serializers.IntegerField(allow_null=True)
    entry_id = serializers.UUIDField(allow_null=True)
    outcome = serializers.ChoiceField(choices=lower_choices(*Outcome.values))
    measures = serializers.ListField(child=serializers.IntegerField())
    reason = serializers.CharField(allow_blank=True)
    performed_on = serializers.DateField()
    matter = serializers.CharField(allow_blank=True)
    amount = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    note = serializers.CharField(allow_blank=True)
    made_at = serializers.DateTimeField()
    cancelled_at = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.CharField(allow_blank=True)


class ReasonIn(StrictSerializer):
    reason = serializers.CharField(max_length=2000)


class OptionalReasonIn(StrictSerializer):
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)


class EmptyIn(StrictSerializer):
    """No fields."""


class PublicationOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.CharField()
    reason = serializers.CharField()
    count = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    first_seq = serializers.IntegerField(allow_null=True)
    last_seq = serializers.IntegerField(allow_null=True)


class PeriodOut(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(), "to": serializers.DateField()}


class TaskOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=TaskKind.values)
    state = serializers.ChoiceField(choices=TaskState.values)
    list = serializers.CharField()
    publication = PublicationOut(allow_null=True, help_text="Null for the feedback of a period.")
    period = PeriodOut(allow_null=True, help_text="The days that a task of kind FEEDBACK is for, both counted.")
    due_on = serializers.DateField()
    feedback_due_on = serializers.DateField(allow_null=True)
    is_overdue = serializers.BooleanField()
    is_taken_on = serializers.BooleanField(help_text="An officer works on it; the unit's system may act all the same.")
    moves = serializers.ListField(
        child=serializers.CharField(), help_text="Steps that are possible now: sign, feed_back, confirm_release, …"
    )


class UnitOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class ResponseOut(serializers.Serializer[Any]):
    task = serializers.IntegerField()
    unit = UnitOut()
    list = serializers.CharField()
    publication = PublicationOut(allow_null=True, help_text="Null for the feedback of a period.")
    period = PeriodOut(allow_null=True)
    kind = serializers.ChoiceField(choices=TaskKind.values)
    state = serializers.ChoiceField(choices=TaskState.values)
    due_on = serializers.DateField()
    feedback_due_on = serializers.DateField(allow_null=True)
    is_overdue = serializers.BooleanField()
    signed_at = serializers.DateTimeField(allow_null=True)
    is_signed_late = serializers.BooleanField(help_text="Signed after the day on which it was due.")
    answered_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was fed back, declared, or release confirmed."
    )
    reason = serializers.CharField(allow_blank=True, help_text="With the answer: why measures were not executed.")
