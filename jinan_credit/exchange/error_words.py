"""What went wrong with a delivery, for the people who must mend it. Of an attempt one technical line is kept."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from jinan_credit.exchange.rules import GONE, NOT_FOLLOWED

_WORDS: tuple[tuple[str, Promise], ...] = (
    (r"transport (5|6)\b", gettext_lazy("The name of the host could not be resolved.")),
    (r"the name of the host was not resolved", gettext_lazy("The name of the host could not be resolved.")),
    (r"transport 7\b", gettext_lazy("Nothing listens at the address: the connection was refused.")),
    (r"transport 28\b", gettext_lazy("No answer within the time allowed.")),
    (r"transport (35|58|59|60|77|82|83|91)\b", gettext_lazy("The certificates do not fit (TLS).")),
    (r"transport (18|52|55|56)\b", gettext_lazy("The connection was broken off.")),
    (r"transport \d+", gettext_lazy("The message could not be transmitted.")),
    (r"the answer is longer than", gettext_lazy("The answer is longer than a receiver may give.")),
    (
        rf"3\d\d: {NOT_FOLLOWED}",
        gettext_lazy("The address redirects, which is not followed: register the final address."),
    ),
    (r"HTTP 40[13]\b", gettext_lazy("The receiver does not accept the signature: check its signing key.")),
    (r"HTTP 40[45]\b", gettext_lazy("The system there takes no messages at this address.")),
    (r"HTTP 4", gettext_lazy("The receiver does not accept the message.")),
    (r"HTTP 5", gettext_lazy("The receiver reports a fault of its own.")),
    (r"2\d\d: acked", gettext_lazy("The receiver acknowledged a position that does not fit the message.")),
    (r"\d+ rejected$", gettext_lazy("Everything was taken except what the receiver rejected.")),
    (r"409: goes on", gettext_lazy("The receiver stands elsewhere; pushing goes on from there.")),
    (r"409", gettext_lazy("The receiver says that it stands elsewhere, but not where it can go on.")),
    (GONE, gettext_lazy("The receiver says that it is gone.")),
    (r"413: goes on", gettext_lazy("The message is too large for the receiver; smaller ones follow.")),
    (r"413: ", gettext_lazy("A single change is too large for the receiver.")),
    (r"422", gettext_lazy("The receiver rejects changes, but does not say which of the message.")),
    (r"key unreadable", gettext_lazy("The signing key cannot be read here: rotate it.")),
    (r"could not be made", gettext_lazy("A fault on our side: the next attempt comes by itself.")),
    (r"asked to wait", gettext_lazy("The receiver asked to wait.")),
)
"""The first that begins the line. Codes of the transport are those of libcurl."""


def in_words(error: str) -> str:
    """What the line means; a line that is not known stands for itself."""
    return next((str(words) for pattern, words in _WORDS if re.match(pattern, error)), error)
