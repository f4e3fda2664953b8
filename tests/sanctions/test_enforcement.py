"""What a unit does about an entry of its own accord, and the files that prove it."""

import hashlib
import io
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InternalError, transaction
from PIL import Image

from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.uploads import MOST_FILES, CleanFile, clean_upload
from lists.enums import ExitReason
from lists.models import Entry
from lists.services.amendments import correct_entry
from lists.services.removals import remove_entry
from sanctions.enums import TaskState
from sanctions.models import Execution, ExecutionAttachment
from sanctions.selectors import response_matrix
from sanctions.services.attachments import attach
from sanctions.services.executions import Report, cancel_execution, enforce, feed_back
from sanctions.services.unit_tasks import sign_task
from tests.cast import Cast, publish_one
from tests.lists.browser import signed_in
from tests.sanctions.conftest import Call, task_of
from tests.sanctions.test_api import Connect, error_of
from tests.sanctions.test_executions import applied, not_applied, refusal_of

pytestmark = pytest.mark.usefixtures("own_files")


@pytest.fixture
def entry(cast: Cast) -> Entry:
    return publish_one(cast)


def picture(colour: int = 0) -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (4, 4), (colour, 0, 0)).save(file, "PNG")
    return SimpleUploadedFile("撤销荣誉决定.png", file.getvalue(), content_type="text/html")


def clean(colour: int = 0) -> CleanFile:
    return clean_upload(picture(colour))


def test_a_unit_tells_what_it_did_without_hit_or_task(cast: Cast, entry: Entry) -> None:
    clerk = cast.actor("finance_clerk")
    sign_task(task=task_of(cast.finance), by=clerk)
    made = enforce(entry=entry, report=applied(cast.ban, amount=Decimal("3.50"), attachments=[clean()]), by=clerk)
    assert (made.hit, made.task, made.entry, made.unit) == (None, None, entry, cast.finance)
    assert made.attachments.get().sha256 == clean().sha256
    assert task_of(cast.finance).state == TaskState.FED_BACK
    assert entry.last_publication is not None
    rows = {row.unit.code: (row.applied, row.not_applied) for row in response_matrix(entry.last_publication)}
    assert rows == {"finance": (1, 0), "transport": (0, 0)}
    cancel_execution(execution=made, by=clerk, reason="误填")
    assert task_of(cast.finance).state == TaskState.SIGNED


def test_a_report_on_a_correction_is_none_on_the_listing(cast: Cast, entry: Entry) -> None:
    """Cancelled, it would else leave the listing fed back by nothing."""
    clerk, listing = cast.actor("finance_clerk"), task_of(cast.finance)
    correction = correct_entry(
        entry=entry,
        new_values={"grounds": "更正后的事由"},
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="笔误",
    )
    task = sign_task(task=task_of(cast.finance, publication=correction), by=clerk)
    feed_back(task=task, report=applied(cast.ban), by=clerk, entry=entry)
    assert sign_task(task=listing, by=clerk).state == TaskState.SIGNED


def test_only_units_that_the_entry_concerns_only_while_it_was_in_force(cast: Cast, entry: Entry) -> None:
    for who in ("stranger", "clerk", "coordinator"):
        refusal = refusal_of(lambda who=who: enforce(entry=entry, report=not_applied(), by=cast.actor(who)))
        assert refusal.code in {"not_found", "act_not_allowed"}, who
    clerk = cast.actor("finance_clerk")
    yesterday = Report(outcome="APPLIED", performed_on=clock.today() - timedelta(1), measures=[cast.ban.pk])
    assert refusal_of(lambda: enforce(entry=entry, report=yesterday, by=clerk)).code == "entry_not_in_force"
    assert refusal_of(lambda: enforce(entry=entry, report=applied(cast.warning), by=clerk)).code == "measure_not_own"
    assert not Execution.objects.exists()


def test_on_the_day_an_entry_left_it_was_in_force_until_it_did(cast: Cast, entry: Entry) -> None:
    """As feedback on a task takes it: what was done in the morning may be told in the afternoon."""
    remove_entry(
        entry=entry,
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="依据撤销",
    )
    clerk = cast.actor("finance_clerk")
    made = enforce(entry=entry, report=applied(cast.ban), by=clerk)
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        assert refusal_of(lambda: enforce(entry=entry, report=applied(cast.ban), by=clerk)).code == "entry_not_in_force"
    assert Execution.objects.get() == made


def test_the_database_wants_a_hit_a_task_or_an_entry(cast: Cast, entry: Entry) -> None:
    made = enforce(entry=entry, report=applied(cast.ban), by=cast.actor("finance_clerk"))
    with pytest.raises(IntegrityError, match="execution_is_of_a_hit_a_task_or_an_entry"), transaction.atomic():
        Execution.objects.filter(pk=made.pk).update(entry=None)


def test_attachments_are_added_never_replaced_and_few(cast: Cast, entry: Entry) -> None:
    clerk = cast.actor("finance_clerk")
    made = enforce(entry=entry, report=applied(cast.ban), by=clerk)
    for colour in range(MOST_FILES):
        attach(execution=made, file=clean(colour), by=clerk)
    assert refusal_of(lambda: attach(execution=made, file=clean(0), by=clerk)).code == "attachment_known"
    assert refusal_of(lambda: attach(execution=made, file=clean(9), by=clerk)).code == "too_many_attachments"
    for who in ("transport_clerk", "clerk", "stranger"):
        refusal = refusal_of(lambda who=who: attach(execution=made, file=clean(9), by=cast.actor(who)))
        assert refusal.code == "not_found", who
    cancel_execution(execution=made, by=clerk, reason="误填")
    assert refusal_of(lambda: attach(execution=made, file=clean(9), by=clerk)).code == "already_cancelled"
    with pytest.raises(InternalError), transaction.atomic():
        ExecutionAttachment.objects.update(size=1)


def test_the_page_records_and_the_initiating_unit_sees_it_with_its_file(cast: Cast, entry: Entry) -> None:
    officer, initiator = signed_in(cast.finance_clerk), signed_in(cast.clerk)
    address = f"/entries/{entry.pk}/execution/"
    assert address in officer.get(f"/entries/{entry.pk}/").content.decode()
    assert address not in initiator.get(f"/entries/{entry.pk}/").content.decode()
    assert officer.get(address).status_code == 200
    form = {"outcome": "APPLIED", "performed_on": str(clock.today()), "note": "撤销“守合同”称号", "amount": "1234.50"}
    refused = officer.post(address, form)
    assert "撤销“守合同”称号" in refused.content.decode()
    assert refused.context["form"].errors["measures"]
    wrong = SimpleUploadedFile("page.pdf", b"<html><script>")
    assert officer.post(address, {**form, "attachments": wrong}).context["form"].errors["attachments"]
    sent = officer.post(address, {**form, "measures": [cast.ban.pk], "attachments": [picture(1), picture(2)]})
    assert sent["Location"] == f"/entries/{entry.pk}/"
    made = Execution.objects.get()
    first, _second = made.attachments.all()
    assert "撤销" not in first.file.name
    shown = initiator.get(f"/entries/{entry.pk}/").content.decode()
    assert "撤销“守合同”称号" in shown
    assert "1,234.50" in shown
    download = f"/executions/{made.pk}/attachments/{first.pk}/"
    assert download in shown
    answer = initiator.get(download)
    assert (answer.status_code, answer["X-Content-Type-Options"]) == (200, "nosniff")
    assert answer["Content-Disposition"].startswith("attachment")
    answer.getvalue()


@pytest.mark.parametrize("who", ["transport_clerk", "stranger"])
def test_others_get_neither_form_nor_file(cast: Cast, entry: Entry, who: str) -> None:
    made = enforce(entry=entry, report=applied(cast.ban, attachments=[clean()]), by=cast.actor("finance_clerk"))
    user: User = getattr(cast, who)
    page, pk = signed_in(user), made.attachments.get().pk
    assert page.get(f"/executions/{made.pk}/attachments/{pk}/").status_code == 404
    assert page.get(f"/executions/{made.pk}/attachments/{10**9}/").status_code == 404
    if who == "stranger":
        assert page.get(f"/entries/{entry.pk}/execution/").status_code == 404


def test_the_same_by_rest(cast: Cast, entry: Entry, api: Connect) -> None:
    call: Call = api(cast.finance)
    report = {
        "entry": str(entry.pk),
        "outcome": "applied",
        "measures": [cast.ban.pk],
        "performed_on": str(clock.today()),
    }
    made = call("post", "executions/", {**report, "amount": "10.5"})
    assert made.status_code == 201
    said = made.json()
    assert (said["hit"], said["task"], said["entry_id"], said["amount"]) == (None, None, str(entry.pk), "10.50")
    assert error_of(call("post", "executions/", {**report, "hit": 1}))[:2] == (400, "entry_given_by_hit")
    missing = {**report, "entry": "01990000-0000-7000-8000-000000000000"}
    assert error_of(call("post", "executions/", missing)) == (404, "not_found", None)
    path = f"executions/{said['id']}/attachments/"
    kept = call("post", path, {"file": picture()})
    assert (kept.status_code, kept.json()["sha256"]) == (201, clean().sha256)
    refused = call("post", path, {"file": SimpleUploadedFile("x.pdf", b"<html>")})
    assert error_of(refused) == (400, "upload_kind_refused", "file")
    (listed,) = call("get", f"executions/?entry={entry.pk}").json()["results"]
    assert (listed["unit"], [one["id"] for one in listed["attachments"]]) == ("finance", [kept.json()["id"]])
    got = call("get", f"{path}{kept.json()['id']}/")
    assert hashlib.sha256(got.getvalue()).hexdigest() == kept.json()["sha256"]
    other = api(cast.transport)
    assert other("get", f"{path}{kept.json()['id']}/").status_code == 404
    assert other("get", "executions/").json()["results"] == []
    assert other("post", path, {"file": picture(3)}).status_code == 404


def test_the_initiating_units_system_reads_what_was_done_on_its_lists(cast: Cast, entry: Entry, api: Connect) -> None:
    enforce(entry=entry, report=applied(cast.ban), by=cast.actor("finance_clerk"))
    call = api(cast.court)
    (seen,) = call("get", "executions/?list=TBLACK").json()["results"]
    assert (seen["unit"], seen["measures"], seen["liftings"]) == ("finance", [cast.ban.pk], [])
    assert call("get", "executions/?list=TRED").json()["results"] == []
    assert error_of(call("get", "executions/?entry=x")) == (400, "filter_wrong", "entry")


def test_a_refusal_leaves_no_file_behind(cast: Cast, entry: Entry, own_files: Path) -> None:
    twice = applied(cast.ban, attachments=[clean(), clean()])
    with pytest.raises(DomainError):
        enforce(entry=entry, report=twice, by=cast.actor("finance_clerk"))
    assert not Execution.objects.exists()
    assert not [path for path in own_files.rglob("*") if path.is_file()]
