"""The pages of batches and portfolios, walked through with forms; what others and the audit see of them."""

import re
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext, override

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User
from jinan_credit.accounts.templatetags.signs import status
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel import clock
from lists.services.synthetic import uscc
from sanctions.enums import PortfolioState, PromiseState
from sanctions.models import Portfolio, PortfolioParty, ScreeningBatch
from sanctions.models.batch import MOST_COPIES
from sanctions.services.batch_copy import keep_copy
from sanctions.services.batch_jobs import screen_batch, under_way
from sanctions.services.batches import file_into_portfolio
from sanctions.services.portfolio_changes import tell_portfolios
from sanctions.services.portfolios import keep_batch, make_portfolio
from tests.cast import Cast, make_user, publish_one
from tests.sanctions.parties import ndjson, screened_file


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def upload(*parties: dict[str, str]) -> SimpleUploadedFile:
    return SimpleUploadedFile("甲.ndjson", ndjson(*parties).getvalue())


def test_a_file_from_the_form_to_the_copy(cast: Cast, code: str) -> None:
    publish_one(cast, code=code)
    page = enter(cast.finance_clerk)
    assert reverse("batches") in text_of(page.get("/screenings/new/"))
    fields = {"matter": "政府采购", "purpose": "资格审查"}
    refused = page.post("/screening-batches/new/", {"file": upload({"code": code}), **fields, "purpose": ""})
    assert refused.status_code == 422
    given = {"file": upload({"code": code, "name": "某公司"}, {"code": uscc(Random(3))}, {"code": "bad"}), **fields}
    address = page.post("/screening-batches/new/", given).headers["Location"]
    batch = ScreeningBatch.objects.get()
    assert address == reverse("batch", args=[batch.pk])
    assert "hx-get" in text_of(page.get(address))
    assert "HX-Refresh" not in page.get(address, headers={"HX-Request": "true"})
    screen_batch(batch.pk)
    assert page.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    shown = text_of(page.get(address))
    assert cast.black.name in shown
    assert str(batch.rows.get(row=1).screening_id) in shown
    assert reverse("batch_copy", args=[batch.pk]) not in shown
    hits = page.get(f"{address}?result=HIT").context["table"]
    assert [row.record.row for row in hits.rows] == [1]
    keep_copy(batch.pk)
    assert reverse("batch_copy", args=[batch.pk]) in text_of(page.get(address))
    copy = page.get(reverse("batch_copy", args=[batch.pk]))
    assert b"".join(copy.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    receipt = page.post(reverse("receipt_check"), {"receipt": ScreeningBatch.objects.get().receipt})
    assert batch.file_hash in text_of(receipt)


def test_a_portfolio_begun_from_a_batch_leads_back_to_it(cast: Cast, code: str) -> None:
    batch = screened_file(ndjson({"code": code}), cast.actor("finance_clerk"))
    page = enter(cast.finance_clerk)
    begin = f"{reverse('portfolio_new')}?batch={batch.pk}"
    assert begin in text_of(page.get(reverse("batch", args=[batch.pk])))
    values = {"name": "供应商", "purpose": "供应商管理", "legal_basis": "政府采购法"}
    assert page.post(begin, values)["Location"] == reverse("batch", args=[batch.pk])


def test_a_refused_file_says_why(cast: Cast) -> None:
    batch = screened_file(ndjson({"code": "x"}, "no object"), cast.actor("finance_clerk"))
    shown = text_of(enter(cast.finance_clerk).get(reverse("batch", args=[batch.pk])))
    assert "第2行" in shown


def test_a_refused_file_is_given_again_without_typing_anew_what_it_is_for(cast: Cast) -> None:
    batch = screened_file(ndjson("no object"), cast.actor("finance_clerk"))
    page = enter(cast.finance_clerk)
    [again] = re.findall(r'href="([^"]+again=[^"]+)"', text_of(page.get(reverse("batch", args=[batch.pk]))))
    form = page.get(again).context["form"]
    assert (form["matter"].value(), form["purpose"].value()) == (batch.matter_name, batch.purpose)
    assert enter(cast.transport_clerk).get(again).status_code == 404


def test_a_refused_file_of_a_portfolio_is_given_again_there(cast: Cast) -> None:
    officer = cast.actor("finance_clerk")
    portfolio = make_portfolio(name="供应商", purpose="履约管理", legal_basis="《政府采购法》第二十二条", by=officer)
    batch = file_into_portfolio(portfolio=portfolio, file=ndjson("no object"), file_name="甲.ndjson", by=officer)
    screen_batch(batch.pk)
    shown = text_of(enter(cast.finance_clerk).get(reverse("batch", args=[batch.pk])))
    assert f'class="btn btn-quiet" href="{reverse("portfolio", args=[portfolio.pk])}"' in " ".join(shown.split())
    assert reverse("batch_new") not in shown


def test_a_kept_portfolio_does_not_look_like_a_kept_promise(cast: Cast) -> None:
    make_portfolio(
        name="供应商", purpose="履约管理", legal_basis="《政府采购法》第二十二条", by=cast.actor("finance_clerk")
    )
    with override("zh-hans"):
        assert PortfolioState.KEPT.label != PromiseState.KEPT.label
        promise = status(PromiseState.KEPT, PromiseState.KEPT.label)
    shown = text_of(enter(cast.finance_clerk).get("/portfolios/"))
    assert str(PortfolioState.KEPT.label) in shown
    assert promise not in shown


def test_a_copy_that_cannot_be_made_is_given_up_and_tried_again(cast: Cast, code: str, tmp_path: Path) -> None:
    batch = screened_file(ndjson({"code": code}), cast.actor("finance_clerk"))
    page, address = enter(cast.finance_clerk), reverse("batch", args=[batch.pk])
    again = reverse("batch_copy_again", args=[batch.pk])
    file = Path(batch.file.path)
    content = file.read_bytes()
    file.unlink()
    for attempt in range(MOST_COPIES):
        assert again not in text_of(page.get(address))
        page.post(again)
        with time_machine.travel(clock.now() + attempt * timedelta(hours=1), tick=False):
            assert under_way() == [batch.pk]
            with pytest.raises(FileNotFoundError):
                keep_copy(batch.pk)
    with time_machine.travel(clock.now() + MOST_COPIES * timedelta(hours=1), tick=False):
        assert under_way() == []
        page = enter(cast.finance_clerk)  # hours have passed: the session has ended
        shown = text_of(page.get(address))
        assert again in shown
        with override("zh-hans"):
            assert str(gettext("The file with the results could not be made.")) in shown
        assert enter(cast.transport_clerk).post(again).status_code == 404
        file.write_bytes(content)
        page.post(again)
        assert under_way() == [batch.pk]
        keep_copy(batch.pk)
        assert reverse("batch_copy", args=[batch.pk]) in text_of(page.get(address))
        assert again not in text_of(page.get(address))


def test_whoever_is_in_a_unit_for_the_audit_alone_sees_whom_it_watches_no_more_than_the_audit_does(
    cast: Cast, code: str
) -> None:
    publish_one(cast, code=code)
    officer = cast.actor("finance_clerk")
    batch = screened_file(ndjson({"code": code, "name": "某某公司"}), officer)
    portfolio = make_portfolio(name="供应商", purpose="供应商管理", legal_basis="法", by=officer)
    keep_batch(portfolio=portfolio, batch=batch, by=officer)
    inside = enter(make_user("inside", cast.finance, Role.AUDIT_ADMIN))
    for address in (reverse("batch", args=[batch.pk]), reverse("portfolio", args=[portfolio.pk])):
        assert "某某公司" in text_of(enter(cast.finance_clerk).get(address))
        shown = text_of(inside.get(address))
        assert "某某公司" not in shown
        assert code not in shown


def test_what_others_and_the_audit_see(cast: Cast, code: str) -> None:
    publish_one(cast, code=code)
    batch = screened_file(ndjson({"code": code, "name": "某某公司"}), cast.actor("finance_clerk"))
    keep_copy(batch.pk)
    portfolio = make_portfolio(name="供应商", purpose="供应商管理", legal_basis="法", by=cast.actor("finance_clerk"))
    keep_batch(portfolio=portfolio, batch=batch, by=cast.actor("finance_clerk"))
    addresses = [reverse("batch", args=[batch.pk]), reverse("portfolio", args=[portfolio.pk])]
    copy = reverse("batch_copy", args=[batch.pk])
    stranger, auditor = enter(cast.transport_clerk), enter(cast.auditor)
    for address in (*addresses, copy):
        assert stranger.get(address).status_code == 404
    assert auditor.get(copy).status_code == 403
    for address, purpose in zip(addresses, ("采购资格审查", "供应商管理"), strict=True):
        shown = text_of(auditor.get(address))
        assert purpose in shown
        assert code not in shown
        assert "某某公司" not in shown
    for name in ("batches", "portfolios"):
        assert (
            reverse(name) in text_of(auditor.get(reverse("workbench"))) or auditor.get(reverse(name)).status_code == 200
        )
        assert enter(cast.coordinator).get(reverse(name)).status_code == 403
    assert len(auditor.get(reverse("batches")).context["table"].rows) == 1
    assert len(stranger.get(reverse("batches")).context["table"].rows) == 0


def test_a_portfolio_from_its_beginning_to_its_end(cast: Cast, code: str) -> None:
    page = enter(cast.finance_clerk)
    values = {"name": "供应商", "purpose": "供应商管理", "legal_basis": "政府采购法"}
    address = page.post("/portfolios/new/", values).headers["Location"]
    assert "已有" in text_of(page.post("/portfolios/new/", values))
    given = {"file": upload({"code": code}, {"code": uscc(Random(4))}), "use": "KEEP"}
    page.post(f"{address}file/", given)
    screen_batch(ScreeningBatch.objects.get().pk)
    publish_one(cast, code=code)
    tell_portfolios()
    shown = page.get(address)
    assert [row.record.standing for row in shown.context["changes"].rows] == ["ENTERED"]
    (counter,) = [one for one in counters_for(cast.actor("finance_clerk")) if "/portfolios/" in one.url]
    unseen = page.get(counter.url)
    assert counter.count == unseen.context["total"] == 1
    page.post("/portfolios/changes/", {"up_to": unseen.context["newest"]})
    assert page.get(counter.url).context["total"] == 0
    assert page.get("/portfolios/changes/").context["total"] == 1
    party = PortfolioParty.objects.get(code=code)
    page.post(reverse("portfolio_party_drop", args=[party.pk]))
    assert len(page.get(address).context["table"].rows) == 1
    assert "请填写办理此步骤的理由" in text_of(page.post(f"{address}end/", {"reason": " "}, follow=True))
    assert Portfolio.objects.get().state == "KEPT"
    page.post(f"{address}end/", {"reason": "合同到期"})
    assert Portfolio.objects.get().state == "ENDED"
    assert "合同到期" in text_of(page.get(address))


@pytest.mark.parametrize("wrong", [(), ({"code": "bad"},)], ids=["right", "with a wrong row"])
def test_a_file_of_parties_to_take_out_shows_its_wrong_rows_alone(
    cast: Cast, code: str, wrong: tuple[dict[str, str], ...]
) -> None:
    officer = cast.actor("finance_clerk")
    portfolio = make_portfolio(name="供应商", purpose="x", legal_basis="y", by=officer)
    for use in ("KEEP", "DROP"):
        batch = file_into_portfolio(
            portfolio=portfolio, file=ndjson({"code": code}, *wrong), file_name="甲.ndjson", use=use, by=officer
        )
        screen_batch(batch.pk)
    assert not portfolio.parties.watched().exists()
    shown = enter(cast.finance_clerk).get(reverse("batch", args=[batch.pk]))
    assert reverse("portfolio", args=[portfolio.pk]) in text_of(shown)
    table = shown.context["table"]
    assert len(table.rows if table else ()) == len(wrong)


@pytest.mark.parametrize("path", ["batch", "portfolio"])
def test_a_page_costs_the_same_for_one_party_and_for_twenty(cast: Cast, path: str) -> None:
    page, officer = enter(cast.finance_clerk), cast.actor("finance_clerk")
    counts = []
    for size in (1, 20):
        codes = [publish_one(cast, seed=100 * size + n).subject.code for n in range(size)]
        shown = screened_file(ndjson(*({"code": code} for code in codes)), officer).pk
        if path == "portfolio":
            portfolio = make_portfolio(name=f"P{size}", purpose="x", legal_basis="y", by=officer)
            keep_batch(portfolio=portfolio, batch=ScreeningBatch.objects.get(pk=shown), by=officer)
            shown = portfolio.pk
        with CaptureQueriesContext(connection) as queries:
            assert page.get(reverse(path, args=[shown])).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
