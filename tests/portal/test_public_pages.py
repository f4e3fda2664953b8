"""Lists, promises, stories, figures, and what search engines and caches are told."""

import re
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.enums import ArticleKind
from catalog.models import Article
from jinan_credit.accounts.actors import actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.kernel import clock
from jinan_credit.portal import statistics
from jinan_credit.portal.selectors import last_praised
from jinan_credit.portal.statistics import count, forget_statistics
from jinan_credit.portal.tasks import renew_statistics
from lists.enums import ExitReason, SubjectKind
from lists.models import Entry
from lists.services.credit_promises import decide_credit_promise, enter_credit_promise
from lists.services.removals import remove_entry
from tests.cast import Cast, make_user, publish_many, publish_one
from tests.lists.browser import signed_in
from tests.lists.test_credit_promises import values

NASTY = '<script>alert("x")</script>'


def text_of(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def remove(cast: Cast, entry: Entry) -> None:
    remove_entry(
        entry=entry,
        exit_reason=ExitReason.LISTED_IN_ERROR,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="误列",
    )


class TestLists:
    def test_paging_by_key_shows_every_organisation_once(self, cast: Cast, client: Client) -> None:
        publish_many(cast, 45, persons=0.2)
        shown: list[str] = []
        pages, query = [], {}
        while True:
            text = text_of(client, "public_list", cast.black.code, **query)
            pages.append(re.findall(r"/public/entries/([0-9a-f-]{36})/", text))
            shown += pages[-1]
            after = re.search(r'rel="next"\s+href="\?after=([^"]+)"', text)
            if after is None:
                break
            query = {"after": after[1]}
        organisations = Entry.objects.exclude(subject_kind=SubjectKind.NATURAL_PERSON)
        assert sorted(shown) == sorted(str(pk) for pk in organisations.values_list("pk", flat=True))
        before = re.search(r'rel="prev"\s+href="\?before=([^"]+)"', text)
        assert before is not None
        back = text_of(client, "public_list", cast.black.code, before=before[1])
        assert re.findall(r"/public/entries/([0-9a-f-]{36})/", back) == pages[-2]

    def test_a_page_costs_the_same_for_one_and_for_many(self, cast: Cast, client: Client, entry: Entry) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                text_of(client, "public_list", cast.black.code)
            return len(queries)

        alone = cost()
        publish_many(cast, 12)
        assert cost() == alone

    def test_the_newest_on_the_red_lists_are_promoted(self, cast: Cast, client: Client) -> None:
        first, second = (publish_one(cast, seed=seed, credit_list=cast.red, dishonesty_class="") for seed in (60, 61))
        publish_one(cast, seed=62, name="济南黑榜测试公司")
        assert last_praised(5) == [second, first]
        assert last_praised(1) == [second]
        text = text_of(client, "home")
        assert text.index(second.subject_name) < text.index(first.subject_name)
        assert "济南黑榜测试公司" not in text


class TestLeaving:
    def test_the_next_answer_is_without_it_everywhere(self, cast: Cast, client: Client) -> None:
        entry = publish_one(cast, seed=70, credit_list=cast.red, dishonesty_class="", name="济南柳泉守信有限公司")
        pages: list[tuple[str, list[Any], dict[str, str]]] = [
            ("home", [], {}),
            ("home", [], {"q": "柳泉守信"}),
            ("public_list", [cast.red.code], {}),
            ("public_entry", [entry.pk], {}),
        ]
        for name, args, query in pages:
            answer = client.get(reverse(name, args=args), query)
            assert entry.subject_name in answer.content.decode(), name
            assert "no-store" in answer["Cache-Control"], name
        remove(cast, entry)
        for name, args, query in pages:
            answer = client.get(reverse(name, args=args), query)
            assert entry.subject_name not in answer.content.decode(), name
            assert "no-cache" in answer["Cache-Control"], name

    def test_forms_that_name_the_entry_are_asked_for_anew(self, client: Client, entry: Entry) -> None:
        for name in ("objection_new", "repair_new"):
            answer = client.get(reverse(name), {"entry": entry.pk})
            assert "no-cache" in answer["Cache-Control"], name
            assert "private" in answer["Cache-Control"], name


class TestSearchEngines:
    def test_pages_that_name_a_party_are_not_indexed(self, cast: Cast, client: Client, entry: Entry) -> None:
        for address in (
            reverse("public_entry", args=[entry.pk]),
            reverse("public_list", args=[cast.black.code]),
            f"{reverse('home')}?q=明湖",
            reverse("public_promises"),
            reverse("public_bulletins"),
        ):
            assert client.get(address)["X-Robots-Tag"] == "noindex, noarchive", address
        assert client.get(reverse("home"))["X-Robots-Tag"] == "noarchive"

    def test_the_sitemap_holds_pages_that_name_nobody(self, cast: Cast, client: Client, entry: Entry) -> None:
        answer = client.get("/sitemap.xml")
        assert answer["Content-Type"].startswith("application/xml")
        addresses = re.findall(r"<loc>http://testserver([^<]+)</loc>", answer.content.decode())
        assert "/" in addresses
        for address in addresses:
            assert client.get(address).status_code == 200, address
            assert not re.search(r"entries|bulletins|promises|public/lists/.", address)

    def test_robots_leave_out_what_names_a_party(self, client: Client, db: None) -> None:
        answer = client.get("/robots.txt")
        assert answer["Content-Type"].startswith("text/plain")
        lines = answer.content.decode().splitlines()
        for path in ("/public/entries/", "/?*q=", "/admin/", "/accounts/"):
            assert f"Disallow: {path}" in lines
        assert "Sitemap: http://testserver/sitemap.xml" in lines


class TestPromises:
    def test_shown_on_the_list_the_search_and_the_entry(self, cast: Cast, client: Client, entry: Entry) -> None:
        promised = values(code=entry.subject.code, name=entry.subject_name, text=f"首段\n\n{NASTY}")
        promise = enter_credit_promise(values=promised, by=cast.actor("stranger"))
        assert promise.subject_id == entry.subject_id
        publish_one(cast, seed=80, name="济南别家公司")
        shown = [
            ("public_promises", [], {}),
            ("public_promises", [], {"q": "明湖环保"}),
            ("public_promises", [], {"q": promised["code"]}),
            ("home", [], {"q": "明湖环保"}),
            ("public_entry", [entry.pk], {}),
        ]
        for name, args, query in shown:
            text = text_of(client, name, *args, **query)
            assert promised["matter"] in text, (name, query)
            assert NASTY not in text
            assert "<p>首段</p>" in text
        assert promised["matter"] not in text_of(client, "public_promises", q="济南别家公司")

        colleague = actor_of(make_user("colleague", cast.stranger_unit, Role.CLERK))
        decide_credit_promise(promise=promise, name="break", by=colleague, reason="内部核查记录")
        for name, args, query in shown:
            text = text_of(client, name, *args, **query)
            assert "违背承诺" in text, (name, query)
            assert "内部核查记录" not in text

    def test_of_an_organisation_that_is_on_no_list(self, cast: Cast, client: Client) -> None:
        promised = values(seed=5)
        enter_credit_promise(values=promised, by=cast.actor("stranger"))
        text = text_of(client, "home", q=promised["name"])
        assert promised["matter"] in text
        assert "/public/entries/" not in text

    def test_the_number_of_queries_does_not_grow(self, cast: Cast, client: Client) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                text_of(client, "public_promises")
            return len(queries)

        enter_credit_promise(values=values(seed=1), by=cast.actor("stranger"))
        alone = cost()
        for seed in range(2, 9):
            enter_credit_promise(values=values(seed=seed), by=cast.actor("finance_clerk"))
        assert cost() == alone


class TestArticles:
    def article(self, **given: Any) -> Article:
        today = clock.today()
        return Article.objects.create(
            **{
                "kind": ArticleKind.STORY,
                "title": "老字号百年守信",
                "source": "市发改委",
                "text": f"第一段\n\n第二段 {NASTY}",
                "published_from": today,
                **given,
            }
        )

    def test_paragraphs_and_no_markup(self, client: Client, db: None) -> None:
        shown = self.article()
        text = text_of(client, "public_article", shown.pk)
        assert "<p>第一段</p>" in text
        assert NASTY not in text
        assert shown.title in text_of(client, "public_articles", kind="STORY")
        assert shown.title not in text_of(client, "public_articles", kind="POLICY")

    def test_only_between_its_dates(self, client: Client, db: None) -> None:
        today = clock.today()
        unseen = [
            self.article(title="未到期", published_from=today + timedelta(days=1)),
            self.article(
                title="已过期", published_from=today - timedelta(days=9), published_to=today - timedelta(days=1)
            ),
        ]
        self.article(title="今日截止", published_to=today)
        text = text_of(client, "public_articles")
        assert "今日截止" in text
        for one in unseen:
            assert one.title not in text
            assert client.get(reverse("public_article", args=[one.pk])).status_code == 404

    def test_kept_in_the_administration_by_the_coordinator(self, cast: Cast) -> None:
        address, today = reverse("admin:catalog_article_add"), clock.today().isoformat()
        typed = {"kind": "POLICY", "title": "信用条例", "source": "省人大", "published_from": today}
        keeper = signed_in(cast.coordinator)
        wrong = keeper.post(address, {**typed, "text": "身份证 370102 1990 0101 0018 不行" + _number()})
        assert wrong.status_code == 200
        assert not Article.objects.exists()
        assert keeper.post(address, {**typed, "text": "第一条"}).status_code == 302
        assert Article.objects.get().title == "信用条例"
        assert signed_in(cast.clerk).get(address).status_code != 200


def _number() -> str:
    from lists.services.synthetic import citizen_number

    return citizen_number(Random(4))


def in_force(figures: statistics.Statistics) -> int:
    return sum(one.count for one in figures.kinds)


class TestStatistics:
    def test_counts_what_is_in_force_and_what_left(self, cast: Cast, client: Client, entry: Entry) -> None:
        publish_one(cast, seed=90, credit_list=cast.red, dishonesty_class="")
        leaving = publish_one(cast, seed=91)
        assert [(one.kind, one.count) for one in count().kinds] == [("RED", 1), ("BLACK", 2)]
        remove(cast, leaving)
        figures = count()
        assert [one.count for one in figures.by_list] == [1, 1]
        assert (figures.by_month[0].label, figures.by_month[0].count) == (f"{clock.today():%Y-%m}", 2)
        assert [(one.label, one.count) for one in figures.by_reason] == [(ExitReason.LISTED_IN_ERROR.label, 1)]
        text = text_of(client, "public_statistics")
        for part in ('data-chart="chart-lists"', "<table", cast.black.name, cast.red.name):
            assert part in text

    def test_a_constant_number_of_queries(self, cast: Cast, entry: Entry) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                count()
            return len(queries)

        alone = cost()
        publish_many(cast, 12)
        publish_one(cast, seed=92, credit_list=cast.red, dishonesty_class="")
        assert cost() == alone <= 6

    def test_nobody_waits_for_a_count_that_the_task_made(self, cast: Cast, client: Client, entry: Entry) -> None:
        renew_statistics()
        statistics._remembered.clear()  # another process
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("public_statistics"))
        assert [query["sql"] for query in queries if "count" in query["sql"].lower()] == []
        figures = page.context["figures"]
        assert in_force(figures) == 1
        assert str(figures.kinds[0].label) in page.content.decode()

    def test_what_left_is_gone_with_the_next_count(self, cast: Cast, entry: Entry) -> None:
        assert in_force(statistics.statistics_now()) == 1
        remove(cast, entry)
        renew_statistics()
        assert in_force(statistics.statistics_now()) == 0

    @pytest.mark.parametrize("later", [timedelta(minutes=5), timedelta(minutes=3)], ids=["old", "of yesterday"])
    def test_what_is_old_or_of_yesterday_is_not_shown(self, cast: Cast, later: timedelta) -> None:
        at = datetime(2026, 11, 24, 23 if later < statistics.REMEMBERED else 12, 58, tzinfo=ZoneInfo("Asia/Shanghai"))
        with time_machine.travel(at, tick=False):
            first = statistics.statistics_now()
        with time_machine.travel(at + timedelta(minutes=1), tick=False):
            assert statistics.statistics_now() == first
        with time_machine.travel(at + later, tick=False):
            assert statistics.statistics_now().at == at + later

    def test_without_redis_it_is_counted_here(self, settings: Any, entry: Entry) -> None:
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
        assert in_force(statistics.statistics_now()) == 1
        forget_statistics()

    def test_empty(self, cast: Cast, client: Client) -> None:
        assert "data-chart" not in text_of(client, "public_statistics").replace('data-chart="chart-months"', "")


def test_the_foot_says_who_runs_the_site(client: Client, db: None) -> None:
    assert "登记时取得" in text_of(client, "home")
    facts = {
        "sponsor": "某市信用办",
        "contact": "0531-00000000",
        "code": "3701000099",
        "icp_number": "鲁ICP备00000000号",
        "police_number": "鲁公网安备37010000000000号",
    }
    with override_settings(SITE=facts):
        text = text_of(client, "home")
    for value in facts.values():
        assert value in text
