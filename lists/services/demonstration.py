"""A demonstration: accounts, API clients and synthetic lists, published by the same acts as any other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from catalog.enums import ArticleKind
from catalog.models import Article
from jinan_credit.accounts.actors import ACTS_OF_SCOPE, SYSTEM, Actor, actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import Unit, User
from jinan_credit.accounts.services.clients import register_client
from jinan_credit.accounts.services.roles import grant_role
from jinan_credit.kernel import clock
from lists.enums import CreditPromiseKind, EntryState, ListKind
from lists.models import CreditList, Entry
from lists.selectors import cooperating_units
from lists.services.credit_promises import decide_credit_promise, enter_credit_promise
from lists.services.entries import submit_entries
from lists.services.file_imports import import_file
from lists.services.list_versions import keep_version
from lists.services.publications import LARGEST_PUBLICATION, publish_entries
from lists.services.subscriptions import begin_subscription
from lists.services.synthetic import list_file
from lists.signals import demonstration_made

SHOWN = ("SXBZXR", "ZDSSWF", "SPYP", "AQSC", "AJNSR")
"""The lists that the demonstration fills: two with persons or many measures, three others, one of them red."""
_PERSONS = {"SXBZXR": 0.3}
_PEERS = ("credit-platform", "supervision-platform")
_SOURCED, _BROUGHT = "SPYP", 3
"""The list to which the first peer hands in drafts, and how many."""
_COORDINATOR = "development-reform"
_PROMISES = (
    (CreditPromiseKind.COMPREHENSIVE, ""),
    (CreditPromiseKind.QUALITY, "keep"),
    (CreditPromiseKind.OTHER, "break"),
)
_ARTICLES = (
    (ArticleKind.STORY, "演示：一家老字号的诚信故事", "本文为演示内容。\n\n这家企业三十年坚持明码标价、童叟无欺。"),
    (
        ArticleKind.POLICY,
        "演示：山东省社会信用条例（节选）",
        "本文为演示内容。\n\n信用主体对其信用信息享有知情、异议和修复的权利。",
    ),
)


@dataclass
class Demonstration:
    lists: list[dict[str, Any]] = field(default_factory=list)
    units: list[dict[str, Any]] = field(default_factory=list)
    users: list[dict[str, Any]] = field(default_factory=list)
    peers: list[dict[str, Any]] = field(default_factory=list)


def make_demonstration(
    *, entries: int, units: int, seed: int, progress: Callable[[str], None] = lambda line: None
) -> Demonstration:
    """Fill an empty system: `entries` published over five lists, `units` cooperating units with clients and clerks.

    Every initiating unit gets a clerk and two reviewers: who published does not decide the objection. There are two
    coordinators, one of whom reviews what the other drafts, and three administrators.
    Two platforms subscribe to the lists; one of them hands in drafts.
    """
    random, made = Random(seed), Demonstration()
    password = f"Quancheng-{Random(seed).randrange(16**6):06x}"
    lists = [CreditList.objects.get(code=code) for code in SHOWN]
    with transaction.atomic():
        _make_accounts(lists, units, password, made)
    progress(f"{len(made.users)} accounts, {len(made.units)} units with a client")
    shares = [entries // len(lists) + (place < entries % len(lists)) for place in range(len(lists))]
    for credit_list, share in zip(lists, shares, strict=True):
        _fill(credit_list, share, random, progress)
        made.lists.append({"code": credit_list.code, "kind": credit_list.kind, "entries": share})
    _promise(lists)
    for kind, title, text in _ARTICLES:
        Article.objects.create(kind=kind, title=title, text=text, source="演示数据", published_from=clock.today())
    demonstration_made.send(sender=Demonstration, random=random)
    _exchange_with_peers(lists, Random(f"peers of {seed}"), made)
    return made


def staff_of(unit: Unit) -> tuple[User, User]:
    """The demonstration's clerk and reviewer of a unit."""
    users = User.objects.filter(unit=unit, is_active=True).order_by("pk")
    return (
        users.filter(role_grants__role=Role.CLERK).earliest("pk"),
        users.filter(role_grants__role=Role.REVIEWER).earliest("pk"),
    )


def _fill(credit_list: CreditList, count: int, random: Random, progress: Callable[[str], None]) -> None:
    unit = credit_list.initiating_units.order_by("pk")[0]
    clerk, reviewer = (actor_of(user) for user in staff_of(unit))
    persons = _PERSONS.get(credit_list.code, 0.0)
    done = 0
    while done < count:
        size = min(count - done, LARGEST_PUBLICATION)
        file = list_file(credit_list, size, random=random, today=clock.today(), persons=persons)
        list_import = import_file(
            credit_list=credit_list, file=file, file_name=f"{credit_list.code}-{done + 1}.csv", by=clerk
        )
        drafts = Entry.objects.filter(from_import=list_import)
        submit_entries(entries=drafts.filter(state=EntryState.DRAFT), by=clerk)
        publish_entries(credit_list=credit_list, entries=drafts, by=reviewer)
        done += size
        progress(f"{credit_list.code}: {done} of {count} published")


def _promise(lists: list[CreditList]) -> None:
    """Three organisations of the first red list promise something; one kept it, one did not."""
    red = next((one for one in lists if one.kind == ListKind.RED), None)
    if red is None:
        return
    clerk, reviewer = (actor_of(user) for user in staff_of(red.initiating_units.order_by("pk")[0]))
    today = clock.today()
    listed = Entry.objects.public().filter(credit_list=red).select_related("subject").order_by("pk")
    for entry, (kind, verdict) in zip(listed[: len(_PROMISES)], _PROMISES, strict=False):
        values = {
            "subject_kind": entry.subject.kind,
            "name": entry.subject_name,
            "code": entry.subject.code,
            "kind": kind,
            "matter": "依法诚信经营",
            "text": "依法诚信经营，保证产品和服务质量。\n\n如有违反，自愿接受社会监督和联合惩戒。",
            "promised_on": today,
            "valid_until": today.replace(month=12, day=31),
        }
        promise = enter_credit_promise(values=values, by=clerk)
        if verdict:
            decide_credit_promise(promise=promise, name=verdict, by=reviewer, reason="经核查")


def _exchange_with_peers(lists: list[CreditList], random: Random, made: Demonstration) -> None:
    """The platforms of P §四(五) follow every list; the first is a source of one, and its drafts wait for review."""
    coordinator = actor_of(User.objects.get(username="coordinator"))
    clients = []
    for unit in Unit.objects.filter(code__in=_PEERS).order_by("code"):
        for credit_list in lists:
            begin_subscription(credit_list=credit_list, unit=unit, basis="济政字〔2017〕35号 四（五）", by=coordinator)
        client, secret = register_client(unit, unit.name, ["entries:write", "feed", "screening"], by=SYSTEM)
        clients.append(client)
        made.peers.append(
            {"code": unit.code, "name": unit.name, "client_id": client.client_id, "client_secret": secret}
        )
    sourced = next(one for one in lists if one.code == _SOURCED)
    sourced.sources.add(clients[0].unit)
    keep_version(sourced, reason="演示：增加数据来源")
    file = list_file(sourced, _BROUGHT, random=random, today=clock.today())
    import_file(credit_list=sourced, file=file, file_name=f"{clients[0].unit.name}.csv", by=Actor(client=clients[0]))


def _make_accounts(lists: list[CreditList], units: int, password: str, made: Demonstration) -> None:
    hashed = make_password(password)

    def user(name: str, unit: Unit | None, display_name: str, *roles: str) -> None:
        person = User.objects.create(
            username=name, unit=unit, display_name=display_name, password=hashed, is_staff=False
        )
        for role in roles:
            grant_role(person, role, by=SYSTEM)
        made.users.append(
            {"name": name, "role": "+".join(roles), "unit": unit.code if unit else None, "password": password}
        )

    coordinator = Unit.objects.get(code=_COORDINATOR)
    user("coordinator", coordinator, "协调员", Role.COORDINATOR)
    user("second-coordinator", coordinator, "复核协调员", Role.COORDINATOR)
    user("tip-off-officer", coordinator, "举报受理人", Role.TIP_OFF_OFFICER)
    user("tip-off-supervisor", coordinator, "举报监督人", Role.TIP_OFF_SUPERVISOR)
    user("system-admin", None, "系统管理员", Role.SYSTEM_ADMIN)
    user("security-admin", None, "安全管理员", Role.SECURITY_ADMIN)
    user("audit-admin", None, "审计管理员", Role.AUDIT_ADMIN)
    initiating = {unit.pk: unit for credit_list in lists for unit in credit_list.initiating_units.order_by("pk")}
    cooperating = _cooperating(lists, units, initiating)
    for unit in initiating.values():
        user(f"{unit.code}-clerk", unit, f"{unit.name}经办", Role.CLERK)
        user(f"{unit.code}-reviewer", unit, f"{unit.name}审核", Role.REVIEWER)
        user(f"{unit.code}-second-reviewer", unit, f"{unit.name}复核", Role.REVIEWER)
    for unit in cooperating:
        if unit.pk not in initiating:
            user(f"{unit.code}-clerk", unit, f"{unit.name}经办", Role.CLERK)
        client, secret = register_client(unit, f"{unit.name}业务系统", list(ACTS_OF_SCOPE), by=SYSTEM)
        made.units.append(
            {"code": unit.code, "name": unit.name, "client_id": client.client_id, "client_secret": secret}
        )


def _cooperating(lists: list[CreditList], count: int, initiating: dict[int, Unit]) -> list[Unit]:
    """Units that initiate none of the lists come first; beyond the city's own, synthetic ones are made."""
    found = sorted(
        cooperating_units(lists[0]), key=lambda unit: (unit.pk in initiating or unit.code == _COORDINATOR, unit.pk)
    )[:count]
    extra = [
        Unit(code=f"demo-{number:04d}", name=f"示范配合单位{number:04d}", source="demonstration")
        for number in range(1, count - len(found) + 1)
    ]
    return found + Unit.objects.bulk_create(extra)
