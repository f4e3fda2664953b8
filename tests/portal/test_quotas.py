"""How many bytes of documents the public forms take: from one address in 24 hours, and for one case."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jinan_credit.accounts.rate import RateLimited, count_upload
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.uploads import MEGABYTE, CleanFile
from lists.models import Entry
from lists.services.synthetic import uscc
from objections.models import Objection, ObjectionEvidence, TipOff
from objections.services.help import answer_help, ask_help
from objections.services.objections import accept_objection, ask_supplement
from tests.cast import Cast
from tests.lists.browser import signed_in
from tests.portal.test_forms import picture, receipt_of

HALF = CleanFile(b"x" * (MEGABYTE // 2), "image/png", "png")


@pytest.fixture(autouse=True)
def quotas(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.UPLOAD_BYTES_PER_ADDRESS = settings.UPLOAD_BYTES_PER_CASE = MEGABYTE


def objection(entry: Entry, **more: Any) -> tuple[str, dict[str, Any]]:
    return f"{reverse('objection_new')}?entry={entry.pk}", {
        "applicant_name": "测试企业", "relation": "SELF", "identifier": entry.subject.code, "contact": "0531-88888888",
        "grounds": "OTHER", "statement": "文书日期有误", "step": "send", **more,
    }  # fmt: skip


def size_of_picture(client: Client, entry: Entry) -> int:
    url, typed = objection(entry, evidence=[picture()])
    client.post(url, typed, REMOTE_ADDR="192.0.2.1")
    return ObjectionEvidence.objects.get().size


def test_an_address_hands_in_so_much_and_no_more(settings: Any, client: Client, entry: Entry) -> None:
    size = size_of_picture(client, entry)
    settings.UPLOAD_BYTES_PER_ADDRESS = 2 * size + 1
    url = reverse("tip_off_new")
    typed = {"party_kind": "LEGAL_PERSON", "party_name": "济南某公司", "facts": "拖欠工资", "naming": "ANONYMOUS"}

    def send(address: str, files: int) -> Any:
        given = {**typed, "step": "send", "evidence": [picture() for _ in range(files)]}
        return client.post(url, given, REMOTE_ADDR=address)

    assert send("192.0.2.2", 3).status_code == 429
    assert [send("192.0.2.2", files).status_code for files in (1, 2, 1)] == [302, 429, 302]
    refused = send("192.0.2.2", 1)
    assert refused.status_code == 429
    page = refused.content.decode()
    assert "error-summary" in page
    assert "拖欠工资" in page  # what was typed stays
    assert send("192.0.2.2", 0).status_code == 302
    assert send("192.0.2.3", 1).status_code == 302
    assert TipOff.objects.count() == 4


def test_what_the_unit_refuses_does_not_count(settings: Any, client: Client, entry: Entry) -> None:
    """The second objection of the same applicant is refused; his documents may then go to somebody else."""
    size = size_of_picture(client, entry)
    settings.UPLOAD_BYTES_PER_ADDRESS = size
    url, typed = objection(entry, evidence=[picture()])
    refused = client.post(url, typed, REMOTE_ADDR="192.0.2.4")
    assert (refused.status_code, ObjectionEvidence.objects.count()) == (200, 1)
    url, typed = objection(entry, evidence=[picture()], identifier=uscc(Random(8)))
    assert client.post(url, typed, REMOTE_ADDR="192.0.2.4").status_code == 302
    url, typed = objection(entry, evidence=[picture()], identifier=uscc(Random(9)))
    assert client.post(url, typed, REMOTE_ADDR="192.0.2.4").status_code == 429


def test_a_flood_gets_exactly_its_quota() -> None:
    def hand_in(_number: int) -> bool:
        try:
            count_upload("192.0.2.9", [CleanFile(b"x" * (MEGABYTE // 10), "image/png", "png")])
        except RateLimited:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(hand_in, range(100))) == 10


def test_without_redis_this_process_counts(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    from jinan_credit.accounts import rate

    rate._shared.cache_clear()
    try:
        count_upload("192.0.2.9", [HALF, HALF])
        with pytest.raises(RateLimited, check=lambda error: error.code == "upload_quota_used"):
            count_upload("192.0.2.9", [HALF])
    finally:
        rate._shared.cache_clear()
        rate._own().storage.reset()


def test_a_case_holds_so_much_from_all_together(settings: Any, client: Client, cast: Cast, entry: Entry) -> None:
    size = size_of_picture(client, entry)
    settings.UPLOAD_BYTES_PER_CASE = 2 * size
    case, clerk = Objection.objects.get(), cast.actor("clerk")
    accept_objection(objection=case, by=clerk)
    request = ask_help(objection=case, unit=cast.finance, question="？", by=clerk)
    helper, url = signed_in(cast.finance_clerk), reverse("help_request", args=[request.pk])
    page = helper.post(url, {"answer": "已查明情况", "evidence": [picture(), picture()]})
    assert "已查明情况" in page.content.decode()
    assert "evidence" in page.context["form"].errors
    answer_help(request=request, answer="已查", by=cast.actor("finance_clerk"), evidence=[_picture_of(size)])
    assert ObjectionEvidence.objects.count() == 2
    other = ask_help(objection=case, unit=cast.transport, question="？", by=clerk)
    with pytest.raises(DomainError, check=lambda error: error.code == "case_full"):
        answer_help(request=other, answer="已查", by=cast.actor("transport_clerk"), evidence=[_picture_of(1)])


def test_the_supplement_says_so_and_keeps_what_was_typed(
    settings: Any, client: Client, cast: Cast, entry: Entry, tmp_path: Path
) -> None:
    url, typed = objection(entry, evidence=[picture()])
    number, secret = receipt_of(client.post(url, typed, follow=True).content.decode())
    case = Objection.objects.get()
    ask_supplement(objection=case, by=cast.actor("clerk"), reason="请补充")
    settings.UPLOAD_BYTES_PER_CASE = case.evidence.get().size
    given = {"number": number, "secret": secret, "supplement": "yes", "text": "补充说明如下", "evidence": [picture()]}
    page = client.post(reverse("status"), given).content.decode()
    assert "补充说明如下" in page
    assert "error-summary" in page
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    case.refresh_from_db()
    assert case.supplement == ""


def _picture_of(size: int) -> CleanFile:
    return CleanFile(b"x" * size, "image/png", "png")
