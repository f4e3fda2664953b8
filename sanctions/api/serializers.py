"""What goes in and out of the REST calls on screenings, executions and tasks (contract §2)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.enums import MeasureCategory
from jinan_credit.accounts.api.serializers import StrictSerializer
from lists.enums import DocumentType
from sanctions.enums import (
    Match,
    MatchedAs,
    Outcome,
    PartyKind,
    PromiseState,
    RowResult,
    ScreeningResult,
    TaskKind,
    TaskState,
)
from sanctions.rules import MOST_PARTNERS
from sanctions.services.executions import Report
from sanctions.services.promises import GivenPromise


def lower_choices(*values: str) -> list[str]:
    """Choices as the contract spells them: lower case."""
    return [str(value).lower() for value in values]


SCREENING_RESULTS = lower_choices(*ScreeningResult.values)
ROW_RESULTS = lower_choices(*RowResult.values)


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
    partners = serializers.ListField(
        child=PartyIn(), required=False, default=list, max_length=MOST_PARTNERS, help_text="The rest of a consortium."
    )
    joins = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text="An earlier screening of the unit, with whose party this one takes part in the matter.",
    )


class OwnMeasureOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    content = serializers.CharField()
    category = serializers.ChoiceField(choices=MeasureCategory.values)
    bases = serializers.ListField(child=serializers.CharField())


class NotSameOut(serializers.Serializer[Any]):
    reason = serializers.CharField()
    judged_at = serializers.DateTimeField()
    screening = serializers.UUIDField(help_text="In which it was judged.")


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
    not_same = NotSameOut(
        required=False,
        allow_null=True,
        help_text="With a like name: the unit's judgement that this is another party. It clears nobody.",
    )


class MemberOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    result = serializers.ChoiceField(choices=SCREENING_RESULTS)


class ConsortiumOut(serializers.Serializer[Any]):
    result = serializers.ChoiceField(choices=SCREENING_RESULTS, help_text="`hit` when one of the members is listed.")
    members = MemberOut(many=True)


class ScreeningOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    result = serializers.ChoiceField(choices=SCREENING_RESULTS)
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
    consortium = ConsortiumOut(allow_null=True, help_text="Of all who take part in the matter; null for one alone.")


class ScreeningMadeOut(ScreeningOut):
    partners = ScreeningOut(many=True, help_text="The screenings of the partners, in the order given.")


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


class PromiseIn(StrictSerializer):
    missing = serializers.CharField(max_length=1000, help_text="The material that was missing.")
    wording = serializers.CharField(max_length=2000, help_text="The promise in its words; its scan may be attached.")
    due_on = serializers.DateField()


class ReportIn(StrictSerializer):
    """What was done, or why nothing was."""

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
    promise = PromiseIn(required=False, allow_null=True, default=None)


def report_of(values: dict[str, Any]) -> Report:
    """What `ReportIn` has validated."""
    promise = values["promise"]
    return Report(
        **{**values, "outcome": values["outcome"].upper(), "promise": GivenPromise(**promise) if promise else None}
    )


class ExecutionIn(ReportIn):
    hit = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    task = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    entry = serializers.UUIDField(
        required=False,
        help_text="With `task`: the one entry of its publication it is about. Alone: what was done without a query.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        named = {"hit", "task", "entry"} & set(attrs)
        if not named or {"hit", "task"} <= named:
            raise serializers.ValidationError(
                _("Name the hit that is answered, the task that is fed back, or the entry it is about."),
                code="hit_or_task",
            )
        if {"hit", "entry"} <= named:
            raise serializers.ValidationError(
                {"entry": [_("A hit names its entry already.")]}, code="entry_given_by_hit"
            )
        return attrs


class AttachmentIn(StrictSerializer):
    file = serializers.FileField(help_text="PDF, JPEG or PNG, at most 5 MB.")


class AttachmentOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    added_at = serializers.DateTimeField()


class PromiseOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    execution = serializers.IntegerField()
    entry_id = serializers.UUIDField()
    missing = serializers.CharField()
    wording = serializers.CharField(allow_blank=True)
    due_on = serializers.DateField()
    state = serializers.ChoiceField(choices=PromiseState.values)
    is_overdue = serializers.BooleanField()
    moves = serializers.ListField(child=serializers.CharField(), help_text="Steps that are possible now.")


class LiftingOut(serializers.Serializer[Any]):
    measure = serializers.IntegerField()
    lifted_on = serializers.DateField(allow_null=True)
    reason = serializers.CharField(allow_blank=True, help_text="Why it stays.")


class AnswersIn(ReportIn):
    hits = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        required=False,
        default=list,
        max_length=100,
        help_text="Those to answer; all that are open when none is named.",
    )


class NotSameIn(StrictSerializer):
    entry = serializers.UUIDField()
    reason = serializers.CharField(max_length=300)


class ExecutionOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    unit = serializers.CharField(help_text="Code of the unit that reported.")
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
    liftings = LiftingOut(many=True, help_text="What became of its measures when the entry left the list.")
    attachments = AttachmentOut(many=True)
    promise = serializers.IntegerField(allow_null=True, help_text="Id of the written promise; `GET /promises/`.")


class ReasonIn(StrictSerializer):
    reason = serializers.CharField(max_length=2000)


class OptionalReasonIn(StrictSerializer):
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)


class SettlementIn(StrictSerializer):
    """One of `lifted_on` and `reason`."""

    execution = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    measure = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    lifted_on = serializers.DateField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=1000, help_text="Why it stays."
    )


class ReleaseIn(OptionalReasonIn):
    measures = SettlementIn(
        many=True,
        required=False,
        default=list,
        help_text="Each measure of the task that is not settled yet.",
    )


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


class TakenMeasureOut(serializers.Serializer[Any]):
    """A measure that the unit took against somebody who left, and what became of it; both null: it is to be settled."""

    execution = serializers.IntegerField()
    entry_id = serializers.UUIDField(allow_null=True, help_text="Null: reported on the whole publication.")
    measure = serializers.IntegerField()
    content = serializers.CharField()
    performed_on = serializers.DateField()
    amount = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    lifted_on = serializers.DateField(allow_null=True)
    reason = serializers.CharField(allow_null=True)


class ReleaseTaskOut(TaskOut):
    measures = TakenMeasureOut(many=True, help_text="Of a release task; empty: nothing was taken.")


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
