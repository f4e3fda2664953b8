from django.db import models

from jinan_credit.accounts.models.api_client import ApiClient
from jinan_credit.kernel.classification import Classified


class IdempotentCall(models.Model):
    """The first answer to a POST with an Idempotency-Key; given again to the same key and body.

    Both may hold document numbers: the answer is sealed, of the body there is a keyed hash. A client is never deleted.
    """

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    sealed_answer = models.TextField(db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    classified = Classified(internal="id client path key body_hash status created_at", personal="sealed_answer")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "path", "key"], name="idempotency_key_is_used_once"),
        ]
