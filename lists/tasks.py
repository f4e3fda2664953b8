"""Jobs of the lists. Each claims its row, so running twice or at once does no harm."""

from celery import shared_task


@shared_task
def check_import(pk: int) -> None:
    from lists.services import imports

    imports.check_import(pk)


@shared_task
def run_import(pk: int) -> None:
    from lists.services import imports

    imports.run_import(pk)


@shared_task
def sweep_imports() -> None:
    """Take up imports whose nudge was lost or whose worker died."""
    from lists.enums import ImportStatus
    from lists.services import imports

    for list_import in imports.under_way():
        task = check_import if list_import.status == ImportStatus.CHECKING else run_import
        task.delay(list_import.pk)


@shared_task
def expire() -> None:
    """Publish what ran out. The entries have been out of force since their last day."""
    from lists.services.publications import expire_entries

    expire_entries()
