import pytest
from django.utils import translation

from jinan_credit.kernel.wording import listed, listed_apart


@pytest.mark.parametrize(("language", "near", "apart"), [("zh-hans", "甲、乙", "甲；乙"), ("en", "甲, 乙", "甲; 乙")])
def test_words_stand_one_after_the_other_as_the_reader_writes_them(language: str, near: str, apart: str) -> None:
    with translation.override(language):
        assert (listed(["甲", "乙"]), listed_apart(iter(["甲", "乙"]))) == (near, apart)
