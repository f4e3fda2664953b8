"""The worker is killed with -9 in the middle of a batch: it is finished once, exact; and so is what is told of kept
parties.

Real processes: Celery workers and beat, Redis, PostgreSQL.
"""

from random import Random

import pytest

from lists.services.synthetic import uscc
from sanctions.models import Hit, PortfolioChange, Screening, ScreeningBatch
from sanctions.services.batches import file_into_portfolio
from sanctions.services.portfolios import make_portfolio
from tests.cast import Cast, publish_one
from tests.integration.processes import Processes, held_up, wait_until
from tests.sanctions.parties import ndjson

PARTIES = 12_000

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(300)]


def test_a_batch_is_finished_once(cast: Cast, processes: Processes) -> None:
    entry = publish_one(cast)
    random = Random(5)
    codes = [entry.subject.code, *(uscc(random) for _ in range(PARTIES - 1))]
    officer = cast.actor("finance_clerk")
    portfolio = make_portfolio(name="供应商", purpose="供应商管理", legal_basis="政府采购法", by=officer)
    file = ndjson(*({"code": code} for code in codes))
    given = file_into_portfolio(portfolio=portfolio, file=file, file_name="x.ndjson", by=officer)

    def now() -> ScreeningBatch:
        return ScreeningBatch.objects.get(pk=given.pk)

    with held_up("sanctions_screeningbatch", "NEW.progress > 0") as hold:
        worker = processes.start_worker()
        processes.start_beat()
        wait_until("the batch is under way", hold.has_somebody)
        processes.kill(worker)
    assert (now().status, given.rows.count(), Screening.objects.count()) == ("RUNNING", 0, 0), (
        "nothing half-done is seen"
    )
    ScreeningBatch.objects.filter(pk=given.pk).update(leased_until=None)  # as if its minute were over
    processes.start_worker()
    wait_until("the batch is done", lambda: now().status == "DONE")
    assert (now().row_count, now().clear_count, now().hit_count) == (PARTIES, PARTIES - 1, 1)
    assert (given.rows.count(), Screening.objects.count(), Hit.objects.count()) == (PARTIES, 1, 1)
    wait_until("the copy is there", lambda: bool(now().copy))

    publish_one(cast, seed=7, code=codes[1])
    wait_until("the change is told", PortfolioChange.objects.news().exists)
    assert PortfolioChange.objects.news().get().party.code == codes[1]
