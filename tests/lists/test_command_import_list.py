"""`manage.py import_list`: what it says, does and refuses, with the real reader and database."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from jinan_credit.accounts.enums import Role
from lists.enums import EntryState, ImportStatus
from lists.models import CreditList, Entry, EntryProposal, ListImport, Publication
from tests.cast import Cast, make_user
from tests.lists.files import row, xlsx

OTHER = {"列入事由": "另一事由"}


@pytest.fixture
def command(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command on rows, and returns what it printed."""

    def run(*rows: list[Any], content: bytes | None = None, **options: Any) -> str:
        path = tmp_path / "名单.xlsx"
        path.write_bytes(xlsx(*rows).getvalue() if content is None else content)
        call_command("import_list", str(path), **{"list_code": cast.black.code, "by": "clerk", **options})
        return capsys.readouterr().out

    return run


def states() -> list[str]:
    return list(Entry.objects.order_by("document_number").values_list("state", flat=True))


def test_good_rows_become_drafts(cast: Cast, command: Any) -> None:
    said = command(row(1), row(2))
    made = ListImport.objects.get()
    assert said.splitlines() == [f"import {made.pk}: 2 rows, 0 already known"]
    assert (made.status, made.made_by, made.file_name) == (ImportStatus.IMPORTED, cast.clerk, "名单.xlsx")
    assert states() == [EntryState.DRAFT, EntryState.DRAFT]


def test_with_a_reviewer_they_are_published(cast: Cast, command: Any) -> None:
    said = command(row(1), row(2), reviewed_by="reviewer")
    publication = Publication.objects.get()
    assert f"published: {publication.number}, 2 entries" in said
    assert (publication.approved_by, states()) == (cast.reviewer, [EntryState.PUBLISHED, EntryState.PUBLISHED])


def test_known_rows_are_counted_and_nothing_is_published_twice(cast: Cast, command: Any) -> None:
    command(row(1), reviewed_by="reviewer")
    said = command(row(1), reviewed_by="reviewer", content=xlsx(row(1), header_note()).getvalue())
    assert "2 rows, 1 already known" in said
    assert Publication.objects.count() == 2


def header_note() -> list[Any]:
    """Another row, so that the file is another."""
    return row(5)


def test_changed_rows_are_taken_only_when_asked_for(cast: Cast, command: Any) -> None:
    command(row(1))
    assert "2 rows, 0 already known, 1 changed" in command(row(1, **OTHER), row(2))
    assert Entry.objects.get(document_number="测〔2026〕1号").grounds == "测试事由"
    said = command(row(1, **OTHER), row(2), row(3), with_changes=True)
    assert "3 rows, 1 already known, 1 changed" in said
    assert Entry.objects.get(document_number="测〔2026〕1号").grounds == "另一事由"


def test_a_changed_row_of_a_published_entry_is_proposed(cast: Cast, command: Any) -> None:
    command(row(1), reviewed_by="reviewer")
    command(row(1, **OTHER), with_changes=True)
    proposal = EntryProposal.objects.get()
    assert (proposal.new_values, proposal.proposed_by) == ({"grounds": "另一事由"}, cast.clerk)
    assert proposal.from_import == ListImport.objects.latest("pk")


def test_a_file_of_changed_rows_alone_waits_unconfirmed(cast: Cast, command: Any) -> None:
    command(row(1))
    assert "1 changed" in command(row(1, **OTHER))
    assert ListImport.objects.latest("pk").status == ImportStatus.CHECKED


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"list_code": "NOSUCH"}, "NOSUCH"),
        ({"by": "nobody"}, "nobody"),
        ({"reviewed_by": "nobody"}, "nobody"),
        ({"by": "stranger"}, "initiating|发起"),
        ({"by": "reviewer"}, "role|角色"),
    ],
)
def test_who_and_which_list_are_asked_first(cast: Cast, command: Any, options: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        command(row(1), **options)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("reviewer", "why"),
    [
        ("clerk", "role|角色"),
        ("both", "Another person|他人"),
        ("stranger", "Name a reviewer of that unit"),
        ("coordinator", "role|角色"),
        ("idle", "role|角色"),
    ],
)
def test_who_cannot_publish_is_told_before_anything_is_imported(
    cast: Cast, command: Any, reviewer: str, why: str
) -> None:
    """So the same file can be given again with another reviewer."""
    make_user("idle", None)
    make_user("both", cast.court, Role.CLERK, Role.REVIEWER)
    by = "both" if reviewer == "both" else "clerk"
    with pytest.raises(CommandError, match=rf"nothing was imported: .*({why})"):
        command(row(1), by=by, reviewed_by=reviewer)
    assert not ListImport.objects.exists()
    assert not Entry.objects.exists()
    assert "published: " in command(row(1), reviewed_by="reviewer")


def test_what_the_party_is_told_of_first_is_not_imported_to_be_published(cast: Cast, command: Any) -> None:
    CreditList.objects.filter(pk=cast.black.pk).update(notice_required=True)
    with pytest.raises(CommandError, match="nothing was imported"):
        command(row(1), reviewed_by="reviewer")
    assert not ListImport.objects.exists()
    assert "1 rows" in command(row(1))


def test_the_long_steps_are_told_before_they_are_taken(cast: Cast, command: Any) -> None:
    said = [line.split(": ")[0] for line in command(row(1), row(2), reviewed_by="reviewer").splitlines()]
    assert said[1:] == ["submitting 2 entries for review", "publishing 2 entries, telling the units", "published"]


def test_a_refused_file_and_wrong_rows_are_said_in_words(cast: Cast, command: Any) -> None:
    with pytest.raises(CommandError) as refused:
        command(content=xlsx(row(1), header=("主体类别", "备注")).getvalue())
    assert "备注" in str(refused.value)
    with pytest.raises(CommandError) as wrong:
        command(row(1), row(2, 失信程度="极重"), row(3, 文书日期="昨天"))
    for words in (
        "失信程度: ",
        "(unknown_word; 1)\n  工作表“Sheet1”第 3 行: 极重",
        "文书日期: ",
        "(bad_date; 1)\n  工作表“Sheet1”第 4 行: 昨天",
    ):
        assert words in str(wrong.value)
    assert not Entry.objects.exists()


def test_errors_are_grouped_as_on_the_page(cast: Cast, command: Any) -> None:
    with pytest.raises(CommandError) as wrong:
        command(row(1), *[row(line, 失信程度="极重") for line in range(2, 10)])
    _count, kind, *first, rest = str(wrong.value).splitlines()
    assert kind.startswith("失信程度: ")
    assert kind.endswith("(unknown_word; 8)")
    assert first == [f"  工作表“Sheet1”第 {number} 行: 极重" for number in range(3, 8)]
    assert "3" in rest


def test_a_file_that_was_refused_leaves_nothing_and_may_come_again(cast: Cast, command: Any) -> None:
    rows = [row(1), row(2, 失信程度="极重")]
    for _time in range(2):
        with pytest.raises(CommandError, match="极重"):
            command(*rows)
    left = ListImport.objects.latest("pk")
    assert (left.status, left.file.name, left.rows.count()) == (ImportStatus.CANCELLED, "", 0)
    said = command(*rows, take_right_rows=True)
    assert f"import {left.pk + 1}: 2 rows, 0 already known, 1 wrong" in said
    assert states() == [EntryState.DRAFT]


def test_a_file_without_a_right_row_is_refused_with_the_option_too(cast: Cast, command: Any) -> None:
    with pytest.raises(CommandError, match="极重"):
        command(row(1, 失信程度="极重"), take_right_rows=True)
    assert ListImport.objects.get().status == ImportStatus.CANCELLED


def test_a_file_of_which_nothing_can_come_does_not_wait(cast: Cast, command: Any) -> None:
    command(row(1), row(2))
    assert "1 rows, 1 already known" in command(row(2))
    assert ListImport.objects.latest("pk").status == ImportStatus.CANCELLED


def test_a_file_that_is_not_there(cast: Cast) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_list", "/nowhere/list.xlsx", list_code=cast.black.code, by="clerk")
