"""The files that prove an execution."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import files_or_nothing, keep_file
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, NotFound
from jinan_credit.kernel.uploads import MOST_FILES, CleanFile
from sanctions.models import Execution, ExecutionAttachment


@files_or_nothing()
def attach(*, execution: Execution, file: CleanFile, by: Actor) -> ExecutionAttachment:
    """Add a file to an execution of one's own unit. It is never replaced.

    Refusals: `act_not_allowed`, `not_found`, `already_cancelled`, `attachment_known` (the same file),
    `too_many_attachments`.
    """
    by.require(Act.SIGN_TASKS)
    try:
        locked = Execution.objects.of_unit(by).select_for_update(of=("self",)).get(pk=execution.pk)
    except Execution.DoesNotExist:
        raise NotFound from None
    if locked.is_cancelled:
        raise DomainError("already_cancelled", _("This feedback has already been cancelled."))
    return keep_attachments([locked], [file], by=by)[0]


def keep_attachments(
    executions: Sequence[Execution], files: Sequence[CleanFile], *, by: Actor
) -> list[ExecutionAttachment]:
    """The files of each of the locked executions, under random names and with their hashes, in `files_or_nothing`.

    Refusals as `attach`.
    """
    _require_new(executions, [file.sha256 for file in files])
    made = []
    for execution in executions:
        for file in files:
            attachment = ExecutionAttachment(
                execution=execution,
                content_type=file.content_type,
                size=len(file.content),
                sha256=file.sha256,
                added_by=by.user,
                added_by_client=None if by.user else by.client,
                added_at=clock.now(),
            )
            keep_file(attachment.file, file)
            made.append(attachment)
    return ExecutionAttachment.objects.bulk_create(made)


def _require_new(executions: Sequence[Execution], hashes: list[str]) -> None:
    known: dict[int, list[str]] = {execution.pk: list(hashes) for execution in executions}
    kept = ExecutionAttachment.objects.filter(execution__in=known).order_by()
    for execution_id, sha256 in kept.values_list("execution", "sha256"):
        known[execution_id].append(sha256)
    if any(len(set(all_of_one)) < len(all_of_one) for all_of_one in known.values()):
        raise DomainError("attachment_known", _("This very file is attached already."), field="attachments")
    if any(len(all_of_one) > MOST_FILES for all_of_one in known.values()):
        raise DomainError(
            "too_many_attachments",
            _("An execution has at most %(most)d attachments.") % {"most": MOST_FILES},
            field="attachments",
        )
