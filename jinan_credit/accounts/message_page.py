"""`docs/messages.md`, made from the kinds of events that the apps declare: event × audience, and by which ways."""

from django.utils import translation

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.events import EventKind, event_kinds, told_roles

HEAD = """# Messages

Made from each app's `events.py` by `manage.py write_messages`; a test fails when it is out of date. The page *Who is
told of what* (`/messages/kinds/`) shows the same. What is not here is told to nobody.

- **On the page *Messages***: everything. Who of a unit reads what follows from his roles; each marks for himself what
  he has read. A message is kept for as long as the rule profile `retention` says (`staff_message_days`).
- **By mail**: *at once* what is urgent; all else on the morning of each working day, together with what is late or due
  within three working days. To the unit's contact address, to each of its persons, or to nobody, as the unit says on
  *By which ways*. Nothing is mailed where there is no mail server (`EMAIL_URL`).
- **To the unit's office system**: everything, where the unit has registered an address. What is sent is in
  [delivery.md](delivery.md#messages-to-an-office-system).

A message holds values, never a text: numbers of publications, names of lists and units, counts and days. No value is
about a natural person, and none tells who objects, applies or reports. An act on many entries is one event; a unit is
told of it once.
"""


def render() -> str:
    """The page, in English whatever the language of the process."""
    with translation.override("en"):
        roles = told_roles()
        names = [str(role.label) for role in roles]
        head = [f"| event | | says | whose unit | {' | '.join(names)} | by mail |", "|---" * (5 + len(roles)) + "|"]
        return "\n".join([HEAD, *head, *(_line(kind, roles) for kind in event_kinds()), ""])


def _line(kind: EventKind, roles: list[Role]) -> str:
    told = " | ".join("✓" if role in kind.roles else "" for role in roles)
    mailed = "at once" if kind.is_urgent else "once a day"
    return f"| `{kind.code}` | {kind.name} | {kind.pattern} | {kind.whose.label} | {told} | {mailed} |"
