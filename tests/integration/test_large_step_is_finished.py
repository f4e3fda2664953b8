"""The worker is killed with -9 while it publishes many entries as one: nothing is published by halves, and the next
worker publishes them once. The sweep finds the step.

Real processes: Celery workers and beat, Redis, PostgreSQL.
"""

from random import Random

import pytest

from jinan_credit.kernel import clock
from lists.enums import EntryState, LargeStepKind, LargeStepStatus
from lists.models import Change, Entry, LargeStep, Publication
from lists.services.entries import submit_entries
from lists.services.file_imports import import_file
from lists.services.large_steps import Chosen, request_large_step
from lists.services.synthetic import list_file
from tests.cast import Cast
from tests.integration.processes import Processes, held_up, wait_until

ROWS = 3_000

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(400)]


def test_many_are_published_once(cast: Cast, processes: Processes) -> None:
    file = list_file(cast.black, ROWS, random=Random(5), today=clock.today())
    made = import_file(credit_list=cast.black, file=file, file_name="名单.csv", by=cast.actor("clerk"))
    submit_entries(entries=made.entries.all(), by=cast.actor("clerk"))
    chosen = Chosen(credit_list=cast.black, from_import_id=made.pk, submitted_by_id=cast.clerk.pk)

    with held_up("lists_feedhead", "true") as hold:
        worker = processes.start_worker()
        processes.start_beat()
        asked = request_large_step(LargeStepKind.PUBLISH, chosen, expected=ROWS, by=cast.actor("reviewer"))
        wait_until("it comes to the head of the feed", hold.has_somebody)
        processes.kill(worker)
    assert not Entry.objects.exclude(state=EntryState.IN_REVIEW).exists(), "nothing half-published is seen"
    LargeStep.objects.update(leased_until=None)  # as if its minute were over
    processes.start_worker()
    wait_until("it is done", lambda: LargeStep.objects.get(pk=asked.pk).status == LargeStepStatus.DONE)

    step, publication = LargeStep.objects.get(), Publication.objects.get()
    assert (step.done, step.publication, step.attempts) == (ROWS, publication, 2)
    assert (publication.count, Change.objects.count()) == (ROWS, ROWS)
    assert not Entry.objects.exclude(state=EntryState.PUBLISHED).exists()
