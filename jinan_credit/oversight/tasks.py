"""Jobs of oversight. Running one twice or at once does no harm."""

import structlog
from celery import shared_task

from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.seal_file import SealsDamaged

log = structlog.get_logger(__name__)


@shared_task
def keep_figures() -> None:
    """Count the days that are over or have changed since."""
    from jinan_credit.oversight.services.keeping import keep_figures

    keep_figures()


@shared_task
def count_quality() -> None:
    """Count what is amiss with each list."""
    from jinan_credit.oversight.services.quality import count_quality

    count_quality()


@shared_task
def keep_days() -> None:
    """Escalate the supervision notices to which no reply came."""
    from jinan_credit.oversight.services.supervision_days import keep_days

    keep_days()


@shared_task
def seal_history() -> None:
    """Seal what came into the history. What stands in the way is logged, and told when no seal comes for two hours."""
    from jinan_credit.oversight.services import sealing

    try:
        sealing.seal_history()
    except (DomainError, SealsDamaged) as refusal:
        log.error("history_not_sealed", error=str(refusal))


@shared_task
def verify_history(newest_only: bool = False) -> None:
    """Compare the history with its seals; a finding is told."""
    from jinan_credit.oversight.services import history_verifying

    try:
        history_verifying.verify_history(newest_only=newest_only)
    except DomainError as refusal:
        log.error("history_not_verified", error=str(refusal))


@shared_task
def watch_history() -> None:
    """Tell that no seal came for two hours."""
    from jinan_credit.oversight.services.history_watch import watch_history

    watch_history()
