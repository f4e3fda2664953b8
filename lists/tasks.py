"""Jobs of the lists. Each claims its row, so running twice or at once does no harm."""

from celery import shared_task


@shared_task
def check_import(pk: int) -> None:
    from lists.services import import_jobs

    import_jobs.check_import(pk)


@shared_task
def run_import(pk: int) -> None:
    from lists.services import import_jobs

    import_jobs.run_import(pk)


@shared_task
def sweep_imports() -> None:
    """Take up imports whose nudge was lost or whose worker died."""
    from lists.enums import ImportStatus
    from lists.services import imports

    for list_import in imports.under_way():
        task = check_import if list_import.status == ImportStatus.CHECKING else run_import
        task.delay(list_import.pk)


@shared_task
def take_large_step(pk: int) -> None:
    from lists.services import large_steps

    large_steps.take_large_step(pk)


@shared_task
def sweep_large_steps() -> None:
    """Take up steps whose nudge was lost or whose worker died."""
    from lists.models import LargeStep

    for pk in LargeStep.objects.free().values_list("pk", flat=True):
        take_large_step.delay(pk)


@shared_task
def index_names() -> None:
    """Let the search read the names that came in."""
    from lists.services.subjects import index_names

    index_names()


@shared_task
def expire() -> None:
    """Publish what ran out. The entries have been out of force since their last day."""
    from lists.services.removals import expire_entries

    expire_entries()


@shared_task
def keep_days() -> None:
    """Count provisional days anew; escalate what is late."""
    from lists.services.days import keep_days

    keep_days()


@shared_task
def issue_notices(pk: int) -> None:
    from lists.models import Publication
    from lists.services import notices

    notices.issue_notices(Publication.objects.get(pk=pk))


@shared_task
def sweep_notices() -> None:
    """Take up publications whose notices were not issued, because a nudge was lost or a worker died."""
    from lists.services import notices

    for pk in notices.sweep_notices():
        issue_notices.delay(pk)


@shared_task
def purge() -> None:
    """Delete what may no longer be kept."""
    from lists.services import feed, purging

    purging.purge()
    feed.shorten_feeds()


@shared_task
def run_export(pk: int) -> None:
    from lists.services import exports

    exports.run_export(pk)


@shared_task
def sweep_exports() -> None:
    """Take up exports whose nudge was lost or whose worker died; delete files whose time is over."""
    from lists.models import EntryExport
    from lists.services import exports

    for pk in EntryExport.objects.free().values_list("pk", flat=True):
        run_export.delay(pk)
    exports.expire_exports()
