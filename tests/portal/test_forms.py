"""The public forms, from the first page to the answer, without JavaScript."""

import re
from io import BytesIO
from random import Random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from jinan_credit.kernel.identifiers import normalise_text
from lists.enums import DishonestyClass
from lists.services.synthetic import citizen_number
from objections.models import Objection, TipOff, TipOffReporter
from objections.services.objections import ask_supplement
from objections.services.tip_offs import answer_tip_off, find_nothing_in_tip_off
from repair.models import RepairApplication
from tests.cast import publish_one


@pytest.fixture
def typed(entry):
    return {
        "applicant_name": "济南明湖环保科技有限公司",
        "relation": "SELF",
        "identifier": entry.subject.code,
        "contact": "0531-88888888",
        "grounds": "WRONG_CONTENT",
        "statement": "文书日期有误 <b>请更正</b>",
    }


def picture(name="photo.jpg"):
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (9, 9)).save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def receipt_of(page: str) -> tuple[str, str]:
    return (
        re.search(r'id="receipt-number">([^<]+)<', page).group(1),
        re.search(r'id="receipt-secret">([^<]+)<', page).group(1),
    )


def visible(page: str) -> set[str]:
    """The names of the inputs of a form's page that are not hidden, but for those of the site itself."""
    inputs = re.findall(r"<(?:input|select|textarea)[^>]*>", page[page.index("post-form") :])
    names = {re.search(r'name="([^"]+)"', one) for one in inputs if 'type="hidden"' not in one}
    return {found.group(1) for found in names if found} - {"q"}


def send(client, url, typed, **files):
    return client.post(url, {**typed, "step": "send", **files}, follow=True)


class TestObjection:
    @pytest.fixture
    def url(self, entry):
        return f"{reverse('objection_new')}?entry={entry.pk}"

    def test_form_check_receipt_status(self, client, url, typed, entry):
        assert "不停止执行" in client.get(url).content.decode() or client.get(url).status_code == 200
        check = client.post(url, typed)
        assert not Objection.objects.exists()
        assert "&lt;b&gt;" in check.content.decode()
        page = send(client, url, typed, evidence=[picture()]).content.decode()
        number, secret = receipt_of(page)
        case = Objection.objects.get(receipt_number=number)
        assert case.entry == entry
        assert case.entered_by is None
        with case.evidence.get().file.open() as kept:
            assert b"secret place" not in kept.read()

        shown = client.post(reverse("status"), {"number": number, "secret": secret}).content.decode()
        assert number in shown
        assert case.due_on.isoformat() in shown

    def test_the_secret_is_shown_once(self, client, url, typed):
        secret = receipt_of(send(client, url, typed).content.decode())[1]
        lost = client.get(reverse("objection_received")).content.decode()
        assert secret not in lost
        assert "可向作出认定的单位询问办理进度" in lost

    def test_change_something_keeps_what_was_typed(self, client, url, typed):
        page = client.post(url, {**typed, "step": "page-1"}).content.decode()
        assert "0531-88888888" in page
        assert visible(page) == {"statement"}
        assert not Objection.objects.exists()

    def test_a_question_left_open_is_named_without_a_colon(self, client, url):
        page = client.post(url, {"page": 0}).content.decode()
        assert "哪里有误？ 必填项" in page

    def test_one_thing_a_page(self, client, url, typed):
        """Each page asks for its own and carries the rest; the last leads to the check."""
        page = client.get(url).content.decode()
        sent, order = {}, [{"grounds"}, {"statement"}, {"relation", "applicant_name", "identifier"}, {"contact"}]
        for number, asked in enumerate(order):
            assert visible(page) == asked
            assert "error-summary" not in page
            sent |= {name: typed[name] for name in asked}
            page = client.post(url, {**sent, "page": number}).content.decode()
        assert 'value="send"' in page
        assert not Objection.objects.exists()

    def test_a_wrong_page_is_shown_again_with_its_errors_alone(self, client, url, typed):
        sent = {"grounds": typed["grounds"], "statement": "", "page": 1}
        page = client.post(url, sent).content.decode()
        assert visible(page) == {"statement"}
        assert set(re.findall(r'href="#id_(\w+)"', page)) == {"statement"}

    def test_the_way_back_keeps_what_was_typed(self, client, url, typed):
        sent = {"grounds": typed["grounds"], "statement": "我的陈述", "page": 1, "step": "page-0"}
        page = client.post(url, sent).content.decode()
        assert visible(page) == {"grounds"}
        assert "我的陈述" in page

    @pytest.mark.parametrize("page", ["-1", "99", "²", "x", "999999999999999999999"])
    def test_a_page_that_is_none_is_the_last(self, client, url, typed, page):
        assert client.post(url, {**typed, "step": f"page-{page}"}).status_code == 200
        assert client.post(url, {"page": page}).status_code == 200

    def test_errors_keep_what_was_typed(self, client, url, typed):
        page = client.post(url, {**typed, "identifier": "91370100MA3C000000"}).content.decode()
        assert "0531-88888888" in page
        assert "error-summary" in page

    @pytest.mark.parametrize("name", ["virus.pdf", "../../etc/passwd.jpg"])
    def test_html_under_another_name_is_refused_and_nothing_sent(self, client, url, typed, name):
        bad = SimpleUploadedFile(name, b"<html><script>alert(1)</script></html>", content_type="application/pdf")
        page = send(client, url, typed, evidence=[bad]).content.decode()
        assert "error-summary" in page
        assert not Objection.objects.exists()

    def test_more_than_five_files_are_refused(self, client, url, typed):
        send(client, url, typed, evidence=[picture(f"{n}.jpg") for n in range(6)])
        assert not Objection.objects.exists()

    def test_a_token_is_needed(self, url, typed):
        from django.test import Client

        assert Client(enforce_csrf_checks=True).post(url, typed).status_code == 403

    def test_sending_is_limited(self, client, url, typed):
        codes = [client.post(url, typed).status_code for _ in range(21)]
        assert codes == [200] * 20 + [429]


class TestByDocument:
    def test_listed_or_not_the_answer_is_the_same(self, cast, client, typed):
        number = citizen_number(Random(44))
        person = publish_one(
            cast, seed=44, kind="NATURAL_PERSON", code=None, document_type="CITIZEN", number=number, name="张测试"
        )
        pages = []
        for document in (person.document_number, "（2026）查无此号"):
            fields = {
                **typed,
                "identifier": number,
                "credit_list": cast.black.pk,
                "document_number": document,
                "step": "send",
            }
            page = client.post(reverse("objection_new"), fields, follow=True).content.decode()
            number_given, secret = receipt_of(page)
            shown = client.post(reverse("status"), {"number": number_given, "secret": secret}).content.decode()
            pages.append(
                [clean(page, number_given, secret), clean(shown, number_given, secret, normalise_text(document))]
            )
        assert pages[0] == pages[1]
        assert set(Objection.objects.values_list("entry", flat=True)) == {person.pk, None}

    def test_an_unknown_list_is_refused(self, client, typed):
        page = client.post(
            reverse("objection_new"), {**typed, "credit_list": 999999, "document_number": "x", "step": "send"}
        ).content.decode()
        assert "error-summary" in page


class TestStatus:
    def test_a_wrong_number_and_a_wrong_secret_get_the_same_answer(self, client, entry, typed):
        number, _secret = receipt_of(
            send(client, f"{reverse('objection_new')}?entry={entry.pk}", typed).content.decode()
        )
        wrong_secret = client.post(reverse("status"), {"number": number, "secret": "AAAA-BBBB-CCCC"})
        wrong_number = client.post(reverse("status"), {"number": "YY-20260101-AAAAAA", "secret": "AAAA-BBBB-CCCC"})
        assert wrong_secret.status_code == wrong_number.status_code == 200
        assert clean(wrong_secret.content.decode(), number, "") == clean(
            wrong_number.content.decode(), "YY-20260101-AAAAAA", ""
        )
        assert entry.credit_list.name not in wrong_secret.content.decode()

    def test_guessing_is_limited(self, client, db):
        guess = {"number": "YY-20260101-AAAAAA", "secret": "AAAA-BBBB-CCCC"}
        assert [client.post(reverse("status"), guess).status_code for _ in range(21)] == [200] * 20 + [429]

    def test_the_applicant_supplements_by_his_secret(self, cast, client, entry, typed):
        number, secret = receipt_of(
            send(client, f"{reverse('objection_new')}?entry={entry.pk}", typed).content.decode()
        )
        case = Objection.objects.get()
        ask_supplement(objection=case, by=cast.actor("clerk"), reason="请提供营业执照")
        asked = client.post(reverse("status"), {"number": number, "secret": secret}).content.decode()
        assert "请提供营业执照" in asked
        assert cast.clerk.display_name not in asked
        client.post(
            reverse("status"),
            {"number": number, "secret": secret, "text": "见附件", "supplement": "yes", "evidence": [picture()]},
        )
        case.refresh_from_db()
        assert (case.state, case.supplement, case.evidence.count()) == ("SUBMITTED", "见附件", 1)


class TestRepair:
    FIELDS = {"statement": "已缴清", "evidence_note": "缴款凭证", "promise": "on"}

    def test_form_check_receipt_status(self, cast, client, typed):
        entry = publish_one(cast, seed=50, dishonesty_class=DishonestyClass.MINOR)
        url = f"{reverse('repair_new')}?entry={entry.pk}"
        assert client.post(url, {**typed, **self.FIELDS}).status_code == 200
        number, secret = receipt_of(send(client, url, {**typed, **self.FIELDS}).content.decode())
        case = RepairApplication.objects.get(receipt_number=number)
        assert (case.entry, bool(case.promise)) == (entry, True)
        shown = client.post(reverse("status"), {"number": number, "secret": secret}).content.decode()
        assert case.decide_due_on.isoformat() in shown

    def test_without_the_promise_nothing_is_sent(self, cast, client, typed):
        entry = publish_one(cast, seed=50, dishonesty_class=DishonestyClass.MINOR)
        fields = {**typed, **self.FIELDS}
        del fields["promise"]
        send(client, f"{reverse('repair_new')}?entry={entry.pk}", fields)
        assert not RepairApplication.objects.exists()

    def test_too_early_the_page_says_from_when(self, client, entry, typed):
        from repair.selectors import possible_from

        url = f"{reverse('repair_new')}?entry={entry.pk}"
        page = client.get(url).content.decode()
        assert possible_from(entry).isoformat() in page
        assert 'name="statement"' not in page
        send(client, url, {**typed, **self.FIELDS})
        assert not RepairApplication.objects.exists()


class TestTipOff:
    URL = "/tip-off/"
    ANONYMOUS = {
        "party_kind": "LEGAL_PERSON",
        "party_name": "济南失信测试公司",
        "facts": "拖欠货款 <b>请查处</b>",
        "naming": "ANONYMOUS",
    }
    NAMED = {**ANONYMOUS, "naming": "NAMED", "reporter_name": "欧阳举报", "reporter_contact": "13905310000"}

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_says_how_who_reports_is_protected(self, client, cast, language):
        page = client.get(self.URL, headers={"Accept-Language": language}).content.decode()
        assert ("加密" if language == "zh-hans" else "encrypted") in page
        assert cast.black.name in client.post(self.URL, {"step": "page-1"}).content.decode()
        assert cast.red.name not in page

    def test_the_public_pages_lead_there(self, client, cast):
        assert f'href="{self.URL}"' in client.get(reverse("home")).content.decode()

    @pytest.mark.parametrize("typed", [ANONYMOUS, NAMED])
    def test_form_check_receipt_status(self, client, cast, typed):
        check = client.post(self.URL, typed)
        assert not TipOff.objects.exists()
        assert "&lt;b&gt;" in check.content.decode()
        number, secret = receipt_of(send(client, self.URL, typed, evidence=[picture()]).content.decode())
        case = TipOff.objects.get(receipt_number=number)
        assert number.startswith("JB-")
        assert TipOffReporter.objects.count() == (1 if typed is self.NAMED else 0)
        with case.evidence.get().file.open() as kept:
            assert b"secret place" not in kept.read()

        shown = client.post(reverse("status"), {"number": number, "secret": secret}).content.decode()
        assert case.due_on.isoformat() in shown
        assert case.party_name not in shown, "whoever finds the receipt learns nothing about the party"

    def test_the_answer_is_read_by_number_and_secret(self, client, cast):
        number, secret = receipt_of(send(client, self.URL, self.ANONYMOUS).content.decode())
        case, officer = TipOff.objects.get(), cast.actor("officer")
        find_nothing_in_tip_off(tip_off=case, by=officer, reason="内部说明：无主体")
        before = client.post(reverse("status"), {"number": number, "secret": secret}).content.decode()
        answer_tip_off(tip_off=case, by=officer, reason="所述事项无法核实，欢迎补充后再次举报")
        after = client.post(reverse("status"), {"number": number, "secret": secret}).content.decode()
        assert "所述事项无法核实" not in before
        assert "所述事项无法核实" in after
        assert "内部说明" not in after
        assert cast.officer.display_name not in after

    def test_nothing_can_be_added_to_it(self, client, cast):
        number, secret = receipt_of(send(client, self.URL, self.ANONYMOUS).content.decode())
        forged = {"number": number, "secret": secret, "text": "补充", "supplement": "yes", "evidence": [picture()]}
        assert client.post(reverse("status"), forged).status_code == 200
        assert not TipOff.objects.get().evidence.exists()

    @pytest.mark.parametrize(
        "wrong",
        [
            {**NAMED, "reporter_contact": ""},
            {**NAMED, "naming": "ANONYMOUS"},
            {**NAMED, "facts": "我欧阳举报亲眼所见"},
            {**ANONYMOUS, "party_code": "91370100MA3C000000"},
            {**ANONYMOUS, "party_kind": "ANONYMOUS"},
            {**ANONYMOUS, "credit_list": "TRED"},
            {**ANONYMOUS, "facts": ""},
        ],
    )
    def test_errors_keep_what_was_typed(self, client, cast, wrong):
        page = send(client, self.URL, wrong).content.decode()
        assert "error-summary" in page
        assert wrong["party_name"] in page
        assert not TipOff.objects.exists()

    def test_listed_or_not_the_answer_is_the_same(self, cast, client):
        listed = publish_one(cast, seed=45, name="济南已列入公司")
        pages = []
        for name, code in ((listed.subject_name, listed.subject.code), ("济南未列入公司", "")):
            page = send(client, self.URL, {**self.ANONYMOUS, "party_name": name, "party_code": code}).content.decode()
            pages.append(clean(page, *receipt_of(page)))
        assert pages[0] == pages[1]

    def test_is_kept_by_no_cache(self, client, cast):
        for answer in (client.get(self.URL), client.post(self.URL, self.NAMED)):
            assert "no-store" in answer["Cache-Control"]

    def test_a_token_is_needed(self, cast):
        from django.test import Client

        assert Client(enforce_csrf_checks=True).post(self.URL, self.ANONYMOUS).status_code == 403

    def test_sending_is_limited(self, client, cast):
        codes = [client.post(self.URL, self.ANONYMOUS).status_code for _ in range(21)]
        assert codes == [200] * 20 + [429]


def clean(text: str, *variable: str) -> str:
    for part in variable:
        text = text.replace(part, "") if part else text
    text = re.sub(r"<time [^>]*>[^<]*</time>", "", text)
    return re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]*"|<code>[^<]*</code>', "", text)
