"""What went wrong is told in words, in the language of who reads it."""

import pytest
from django.utils import translation

from jinan_credit.exchange.error_words import in_words

LINES = {
    "transport 6: Could not resolve host: push.example.cn": "域名",
    "the name of the host was not resolved in time": "域名",
    "transport 7: Failed to connect to 127.0.0.1:9 after 0 ms": "拒绝",
    "transport 28: Operation timed out after 10001 milliseconds": "限定时间",
    "transport 60: SSL certificate problem": "证书",
    "transport 56: Recv failure: Connection reset by peer": "中断",
    "transport 99: something new": "未能",
    "the answer is longer than 65536 bytes": "过长",
    "301: redirects are not followed": "跳转",
    "HTTP 401": "签名",
    "HTTP 404": "该地址",
    "HTTP 418": "不接受",
    "HTTP 500": "故障",
    "200: acked 'x' cannot be followed on from": "位置",
    "3 rejected": "拒收",
    "409: goes on from 0:4": "继续",
    "409 without an expected position": "未说明",
    "409: expects 0:4 again": "未说明",
    "410: gone": "停用",
    "413: goes on with 20 changes a batch": "较小",
    "413: a single change is too large": "单项",
    "422 without a list of the rejected changes": "未说明",
    "asked to wait 30 s": "等待",
}


@pytest.mark.parametrize(("line", "part"), LINES.items())
def test_a_line_in_words(line: str, part: str) -> None:
    with translation.override("zh-hans"):
        assert part in in_words(line)
    with translation.override("en"):
        assert in_words(line).isascii()


def test_what_is_not_known_stands_for_itself() -> None:
    assert in_words("could not be settled: KeyError") == "could not be settled: KeyError"
    assert in_words("") == ""
