"""The golden set: a city of synthetic names, questions with one right answer, and names that nobody bears."""

from collections import Counter
from dataclasses import dataclass
from random import Random

from django.db import connection
from django.db.models import QuerySet

from lists.matching.normalise import take_apart
from lists.matching.search import find_names
from lists.models import Subject, SubjectName
from lists.services.subjects import index_names
from lists.services.synthetic import Company, uscc, varied_company, varied_company_name
from tests.lists.matching.slips import ONLY_IF_UNIQUE, Slip, initials

SEED_OF_THE_CITY = 20170613


@dataclass(frozen=True)
class Question:
    kind: str
    text: str
    answer: str | None
    """The registered name; None when nobody bears the name asked for."""


@dataclass
class Tally:
    asked: int = 0
    first: int = 0
    in_ten: int = 0
    hits: int = 0


def build_city(size: int, known: int) -> list[Company]:
    """`size` organisations, the first `known` of which questions may ask for. Returned in their parts."""
    random = Random(SEED_OF_THE_CITY)
    companies = [varied_company(random) for _each in range(known)]
    names = [company.name for company in companies] + [varied_company_name(random) for _each in range(size - known)]
    Subject.objects.bulk_create(
        [Subject(kind="LEGAL_PERSON", name=name, code=uscc(random)) for name in dict.fromkeys(names)], batch_size=5_000
    )
    index_names()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE lists_subjectname")
    return companies


def questions(companies: list[Company], slips: tuple[Slip, ...], each: int, seed: int) -> list[Question]:
    """`each` of every kind, drawn with this seed."""
    random, names = Random(seed), list(Subject.objects.values_list("name", flat=True))
    borne, asked = set(names), []
    for slip in slips:
        made = 0
        while made < each:
            company = random.choice(companies)
            text = slip(company, random)
            if text is None or (slip in ONLY_IF_UNIQUE and not _is_unique(text, company, names)):
                continue
            if text in borne and text != company.name:
                continue
            asked.append(Question(slip.__name__, text, company.name))
            made += 1
    return asked


def near_misses(companies: list[Company], slips: tuple[Slip, ...], each: int, seed: int) -> list[Question]:
    """Names that look like one of the city and are borne by nobody; nor is their core, in another place or form."""
    random, asked = Random(seed), []
    for slip in slips:
        made = 0
        while made < each:
            company = random.choice(companies)
            text = slip(company, random)
            if text and text != company.name and not _bear_its_core(text, company).exists():
                asked.append(Question(slip.__name__, text, None))
                made += 1
    return asked


def _bear_its_core(text: str, company: Company) -> QuerySet[SubjectName]:
    """The names, besides the one it was made from, to which the text would differ by place and legal form alone."""
    return SubjectName.objects.filter(core=take_apart(text).core).exclude(name=company.name)


def ask(asked: list[Question]) -> dict[str, Tally]:
    """The answers by kind."""
    tallies: dict[str, Tally] = {}
    for question in asked:
        tally = tallies.setdefault(question.kind, Tally())
        found = find_names(question.text)
        names = [match.name for match in found]
        tally.asked += 1
        tally.first += names[:1] == [question.answer]
        tally.in_ten += question.answer in names[:10]
        tally.hits += any(match.certain for match in found)
    return tallies


def total(tallies: dict[str, Tally]) -> Tally:
    summed: Counter[str] = Counter()
    for tally in tallies.values():
        summed.update(vars(tally))
    return Tally(**summed)


def table(tallies: dict[str, Tally]) -> str:
    return lined_up({**tallies, "all": total(tallies)})


def lined_up(tallies: dict[str, Tally]) -> str:
    lines = [f"{'kind':<22}{'asked':>7}{'recall@1':>10}{'recall@10':>11}{'called hits':>13}"]
    for kind, tally in tallies.items():
        shares = (tally.first / tally.asked, tally.in_ten / tally.asked, tally.hits / tally.asked)
        lines.append("{:<22}{:>7}{:>10.3f}{:>11.3f}{:>13.3f}".format(kind, tally.asked, *shares))
    return "\n".join(lines)


def _is_unique(text: str, company: Company, names: list[str]) -> bool:
    if text.isascii():
        return sum(_has_initials(name, text.lower()) for name in names) <= 1
    core = text.removeprefix(company.place)
    return sum(core in name for name in names) == 1


def _has_initials(name: str, letters: str) -> bool:
    return letters in _letters(name)


_known: dict[str, str] = {}


def _letters(name: str) -> str:
    if name not in _known:
        _known[name] = initials(Company("", name, "", ""), Random(0)).lower()
    return _known[name]
