"""告知书: what is issued, how it is numbered, what it says, who sees it, how service is recorded."""

from lists.models import Notice, NoticeSerial
from lists.services.notices import issue_notices
from tests.cast import Cast, publish_many, publish_one


def test_a_listing_gives_each_party_one_numbered_notice(cast: Cast) -> None:
    publication = publish_many(cast, 3)
    assert issue_notices(publication) == 3
    assert issue_notices(publication) == 0
    notices = list(Notice.objects.filter(publication=publication).order_by("serial"))
    assert [notice.serial for notice in notices] == [1, 2, 3]
    assert notices[0].number.startswith("测试法院信告〔")
    assert NoticeSerial.objects.get().last == 3
    print(notices[0].content, notices[0].wording.content)
