"""What a spreadsheet would take for a formula, when it opens a text file, is only text."""

_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """The same text with an apostrophe before it where a spreadsheet would act on it. Numbers are written as such."""
    return f"'{text}" if text.startswith(_BEGINS) else text
