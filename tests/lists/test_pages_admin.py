"""The coordinator keeps the lists in the administration; what is published is only read there."""

from django.urls import reverse

from jinan_credit.kernel import clock
from tests.cast import Cast, publish_one
from tests.lists.browser import signed_in


def test_coordinator_keeps_lists_and_reads_the_rest(cast: Cast) -> None:
    entry = publish_one(
        cast, kind="NATURAL_PERSON", code=None, document_type="CITIZEN", number="379999199003072316", name="测某某"
    )
    client = signed_in(cast.coordinator)
    for model in ("creditlist", "feedhead", "subject", "publication"):
        assert client.get(reverse(f"admin:lists_{model}_changelist")).status_code == 200
    assert client.get(reverse("admin:lists_creditlist_change", args=[cast.black.pk])).status_code == 200
    subject = client.get(reverse("admin:lists_subject_change", args=[entry.subject_id])).content.decode()
    assert "379999********2316" in subject
    assert "379999199003072316" not in subject
    assert entry.subject.sealed_number not in subject
    for model, pk in (("subject", entry.subject_id), ("publication", entry.last_publication_id)):
        assert client.get(reverse(f"admin:lists_{model}_add")).status_code == 403
        assert client.post(reverse(f"admin:lists_{model}_change", args=[pk]), {"name": "x"}).status_code == 403
        assert client.post(reverse(f"admin:lists_{model}_delete", args=[pk]), {"post": "yes"}).status_code == 403


def test_versions_show_what_the_page_shows_and_no_sealed_number(cast: Cast) -> None:
    entry = publish_one(
        cast, kind="NATURAL_PERSON", code=None, document_type="CITIZEN", number="379999199003072316", name="测某某"
    )
    page = signed_in(cast.coordinator).get(reverse("admin:lists_subject_history", args=[entry.subject_id]))
    assert "379999********2316" in page.content.decode()
    for secret in (entry.subject.sealed_number, entry.subject.number_index):
        assert secret
        assert secret not in page.content.decode()
    [version] = page.context["versions"]
    assert f"{clock.in_jinan(entry.subject.created_at):%Y-%m-%d %H:%M}" in {one.new for one in version.differences}


def test_clerks_do_not_enter_the_administration(cast: Cast) -> None:
    assert signed_in(cast.clerk).get(reverse("admin:lists_creditlist_changelist")).status_code == 302
