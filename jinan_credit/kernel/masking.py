"""How personal data is shown to those who may not see all of it. The one place that knows.

| who looks | name of a person | number of his document |
|---|---|---|
| staff on a page: deciding or cooperating unit, oversight | in full | masked; in full by a reveal only, logged |
| whoever takes data away in a file, or reads the access log | masked, in full for the deciding unit alone | masked |
| the public | none, unless a statute says so (SD art. 20): then in full | masked |
"""

from enum import Enum


class Audience(Enum):
    DECIDING_UNIT = "deciding unit"
    STAFF = "staff on a page"
    FILE = "whoever takes it away"
    PUBLIC = "the public"


def name_for(audience: Audience, name: str, *, is_person: bool) -> str:
    """A party's name as this audience may see it. Names of organisations are public."""
    if not is_person or audience in (Audience.DECIDING_UNIT, Audience.STAFF):
        return name
    return mask_name(name) if audience is Audience.FILE else ""


def mask_document_number(number: str) -> str:
    """First 6 and last 4 characters of a citizen number; of a shorter document, a quarter at each end."""
    head, tail = (6, 4) if len(number) >= 15 else (len(number) // 4, len(number) // 4)
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]


def mask_name(name: str) -> str:
    """The family name and one star a further character: 王**."""
    return name[:1] + "*" * (len(name) - 1)
