"""How personal data is shown to those who may not see all of it."""


def mask_document_number(number: str) -> str:
    """First 6 and last 4 characters of a citizen number; of a shorter document, a quarter at each end."""
    head, tail = (6, 4) if len(number) >= 15 else (len(number) // 4, len(number) // 4)
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]


def mask_name(name: str) -> str:
    """The family name and one star a further character: 王**."""
    return name[:1] + "*" * (len(name) - 1)
