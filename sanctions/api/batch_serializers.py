"""What goes in and out of the REST calls on batches and portfolios."""

from typing import Any

from rest_framework import serializers

from jinan_credit.accounts.api.serializers import StrictSerializer
from lists.services.import_errors import explain
from lists.services.import_refusals import words_of_refusal
from sanctions.api.representations import hit_out
from sanctions.api.serializers import ROW_RESULTS, HitOut, lower_choices
from sanctions.enums import BatchStatus, BatchUse, PortfolioState, Standing
from sanctions.models import Portfolio, PortfolioChange, ScreeningBatch
from sanctions.selectors.batches import FoundParty

_FILE = (
    "NDJSON, CSV or XLSX, at most 50 MB and 100,000 parties. NDJSON: an object a line with any of the keys `kind` "
    "(organisation, person), `name`, `code`, `document_type`, `document_number`, `reference` (your own), all texts. "
    "CSV and XLSX: a header row with these keys, or with the columns of the template of the desk."
)


class BatchIn(StrictSerializer):
    file = serializers.FileField(allow_empty_file=True, help_text=_FILE)
    purpose = serializers.CharField(max_length=300)
    matter_name = serializers.CharField(max_length=200)
    matter_code = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    matter_reference = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)


class BatchQuery(serializers.Serializer[Any]):
    """What stands in the address where the body is the file."""

    purpose = serializers.CharField(required=False, max_length=300, help_text="Needed where the body is the file.")
    matter_name = serializers.CharField(required=False, max_length=200, help_text="Needed where the body is the file.")
    matter_code = serializers.CharField(required=False, max_length=100)
    matter_reference = serializers.CharField(required=False, max_length=100)


class PortfolioFileIn(StrictSerializer):
    file = serializers.FileField(allow_empty_file=True, help_text=_FILE)
    use = serializers.ChoiceField(
        choices=lower_choices(BatchUse.KEEP, BatchUse.DROP),
        default="keep",
        help_text="keep: screen the parties and keep them; drop: take them out.",
    )


class CountsOut(serializers.Serializer[Any]):
    clear = serializers.IntegerField()
    hit = serializers.IntegerField()
    unknown = serializers.IntegerField()
    wrong = serializers.IntegerField()


class BatchOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=lower_choices(*BatchStatus.values))
    use = serializers.ChoiceField(choices=lower_choices(*BatchUse.values))
    portfolio = serializers.IntegerField(allow_null=True)
    progress = serializers.IntegerField(help_text="Rows done.")
    of = serializers.IntegerField(help_text="About how many rows there are; 0 while nobody knows.")
    refusal = serializers.CharField(allow_blank=True, help_text="Why the file was refused as a whole; else empty.")
    refusal_code = serializers.CharField(allow_blank=True, help_text="The same for machines, such as `header_wrong`.")
    parties = serializers.IntegerField()
    counts = CountsOut()
    positions = serializers.DictField(
        child=serializers.CharField(), help_text="Cursor of each list considered, by list code."
    )
    given_at = serializers.DateTimeField()
    screened_at = serializers.DateTimeField(allow_null=True)
    receipt = serializers.CharField(allow_blank=True, help_text="Signed proof of the whole batch; empty until done.")


class ResultsQuery(StrictSerializer):
    after = serializers.IntegerField(
        required=False, default=0, min_value=0, max_value=2**31 - 1, help_text="Go on behind this row."
    )
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=100_000, help_text="At most so many lines; without it all that follow."
    )


class PartyOut(serializers.Serializer[Any]):
    kind = serializers.CharField(allow_blank=True, help_text="organisation or person.")
    name = serializers.CharField(allow_blank=True)
    code = serializers.CharField(allow_blank=True)
    document_type = serializers.CharField(allow_blank=True)
    document_number = serializers.CharField(allow_blank=True, help_text="Masked.")


class RowErrorOut(serializers.Serializer[Any]):
    column = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    value = serializers.CharField(allow_blank=True, help_text="Personal numbers masked.")
    expected = serializers.CharField()


class RowOut(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="The line of NDJSON; else as a person counts, the header being row 1.")
    reference = serializers.CharField(allow_blank=True)
    party = PartyOut()
    result = serializers.ChoiceField(choices=ROW_RESULTS)
    unknown_reason = serializers.CharField(allow_null=True)
    errors = RowErrorOut(many=True)  # type: ignore[assignment]
    screening = serializers.UUIDField(
        allow_null=True, help_text="Of a party with hits: read, answer and close it there."
    )
    hits = HitOut(many=True, help_text="The entries without document numbers.")


class PortfolioIn(StrictSerializer):
    name = serializers.CharField(max_length=100)
    purpose = serializers.CharField(max_length=300)
    legal_basis = serializers.CharField(max_length=300)


class KeepBatchIn(StrictSerializer):
    batch = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class PortfolioOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    legal_basis = serializers.CharField()
    state = serializers.ChoiceField(choices=lower_choices(*PortfolioState.values))
    parties = serializers.IntegerField(help_text="Kept now.")
    made_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class ChangesQuery(StrictSerializer):
    after = serializers.IntegerField(
        required=False, default=0, min_value=0, max_value=2**63 - 1, help_text="The `cursor` of the last answer."
    )
    limit = serializers.IntegerField(required=False, default=500, min_value=1, max_value=500)


class ChangeOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    party = PartyOut()
    reference = serializers.CharField(allow_blank=True, help_text="The unit's own reference of the party.")
    standing = serializers.ChoiceField(choices=lower_choices(Standing.ENTERED, Standing.LEFT))
    list = serializers.CharField()
    entry_id = serializers.UUIDField()
    entry_version = serializers.IntegerField()
    matched_as = serializers.CharField()
    reason = serializers.CharField(allow_blank=True, help_text="Of the change in the feed: PUBLISHED, REPAIRED, …")
    told_at = serializers.DateTimeField()


class ChangesOut(serializers.Serializer[Any]):
    changes = ChangeOut(many=True)
    cursor = serializers.IntegerField(help_text="Send it as `after` next time.")


def batch_out(batch: ScreeningBatch) -> dict[str, Any]:
    return {
        "id": batch.pk,
        "status": batch.status.lower(),
        "use": batch.use.lower(),
        "portfolio": batch.portfolio_id,
        "progress": batch.progress,
        "of": batch.work_total,
        "refusal": words_of_refusal(batch.refusal),
        "refusal_code": batch.refusal.get("refused", ""),
        "parties": batch.row_count,
        "counts": {
            "clear": batch.clear_count,
            "hit": batch.hit_count,
            "unknown": batch.unknown_count,
            "wrong": batch.error_count,
        },
        "positions": batch.positions,
        "given_at": batch.made_at,
        "screened_at": batch.screened_at,
        "receipt": batch.receipt,
    }


def party_out(party: Any) -> dict[str, Any]:
    """Of a row of a batch, or of a portfolio."""
    return {
        "kind": party.kind.lower(),
        "name": party.name,
        "code": party.code,
        "document_type": party.document_type,
        "document_number": party.masked_number,
    }


def row_out(found: FoundParty) -> dict[str, Any]:
    row = found.row
    return {
        "row": row.row,
        "reference": row.reference,
        "party": party_out(row),
        "result": row.result.lower(),
        "unknown_reason": row.unknown_reason.lower() or None,
        "errors": [{**error, "expected": explain(error)} for error in row.errors or ()],
        "screening": row.screening_id,
        "hits": [hit_out(one) for one in found.hits],
    }


def portfolio_out(portfolio: Portfolio) -> dict[str, Any]:
    return {
        "id": portfolio.pk,
        "name": portfolio.name,
        "purpose": portfolio.purpose,
        "legal_basis": portfolio.legal_basis,
        "state": portfolio.state.lower(),
        "parties": portfolio.party_count,  # type: ignore[attr-defined]
        "made_at": portfolio.made_at,
        "ended_at": portfolio.ended_at,
    }


def change_out(change: PortfolioChange) -> dict[str, Any]:
    return {
        "id": change.pk,
        "party": party_out(change.party),
        "reference": change.party.reference,
        "standing": change.standing.lower(),
        "list": change.entry.credit_list.code,
        "entry_id": change.entry_id,
        "entry_version": change.version,
        "matched_as": change.matched_as.lower(),
        "reason": change.reason,
        "told_at": change.told_at,
    }
