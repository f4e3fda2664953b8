"""How each state looks: the same word, icon and colour on every page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """`tone` is one of neutral, info, good, warning, bad; `icon` a name of Tabler's sprite."""

    tone: str
    icon: str


UNKNOWN_LOOK = Look("neutral", "point")

_NOT_YET = Look("neutral", "pencil")
_TURN = Look("warning", "hourglass")
_RUNNING = Look("info", "progress")
_DONE = Look("good", "circle-check")
_NO = Look("bad", "circle-x")
_OVER = Look("neutral", "archive")

LOOK_OF_STATE: dict[str, Look] = {
    # entries and publications
    "DRAFT": _NOT_YET,
    "NOTIFIED": Look("info", "mail-forward"),
    "IN_REVIEW": _TURN,
    "RETURNED": Look("warning", "arrow-back-up"),
    "PUBLISHED": _DONE,
    "STAYED": Look("warning", "player-pause"),
    "REMOVED": _OVER,
    "EXPIRED": Look("neutral", "calendar-off"),
    "PURGED": Look("neutral", "trash"),
    "DISCARDED": Look("bad", "trash"),
    "DECLINED": _NO,
    # notices
    "PROPOSED_LISTING": Look("info", "mail-forward"),
    "LISTING": Look("warning", "file-certificate"),
    "CORRECTION": Look("info", "edit"),
    "REMOVAL": Look("good", "logout-2"),
    "CASE_ACCEPTED": Look("info", "mail-forward"),
    "CASE_SUPPLEMENT": Look("warning", "mail-question"),
    "CASE_NOT_ACCEPTED": Look("neutral", "mail-x"),
    "CASE_DECIDED": Look("info", "file-certificate"),
    # words to applicants
    "SENT": Look("good", "mail-check"),
    "NO_WAY": Look("warning", "phone"),
    "GIVEN_UP": Look("bad", "mail-x"),
    # kinds of lists
    "RED": Look("red-list", "award"),
    "BLACK": Look("black-list", "ban"),
    "FOCUS": Look("warning", "eye"),
    # unit tasks
    "TO_SIGN": _TURN,
    "SIGNED": Look("info", "signature"),
    "FEEDBACK_DUE": _TURN,
    "FED_BACK": _DONE,
    "TAKEN_OVER": Look("neutral", "arrows-join"),
    "NOTHING_TO_FEED_BACK": Look("good", "circle-dashed-check"),
    "NOT_EXECUTED": _NO,
    "OVERDUE": Look("bad", "alarm"),
    "TO_FEED_BACK": _TURN,
    "TO_CONFIRM": _TURN,
    "CONFIRMED": _DONE,
    # screening and execution
    "CLEAR": _DONE,
    "HIT": Look("bad", "alert-triangle"),
    "UNKNOWN": Look("warning", "help-circle"),
    "OPEN": _TURN,
    "ANSWERED": Look("info", "message-check"),
    "CLOSED": _OVER,
    "APPLIED": _DONE,
    "NOT_APPLIED": _NO,
    "WRONG": _NO,
    "ENDED": _OVER,
    "FOUND": Look("neutral", "point"),
    "ENTERED": Look("bad", "login-2"),
    "LEFT": Look("good", "logout-2"),
    "CANCELLED": Look("neutral", "circle-minus"),
    "GIVEN": Look("info", "heart-handshake"),
    "KEPT": _DONE,
    "BROKEN": _NO,
    # objections and repairs
    "SUBMITTED": Look("info", "send"),
    "SUPPLEMENT_ASKED": Look("warning", "message-question"),
    "ACCEPTED": _RUNNING,
    "NOT_ACCEPTED": _NO,
    "EXAMINED": _RUNNING,
    "UPHELD": _DONE,
    "DISMISSED": _NO,
    "VERIFIED": _RUNNING,
    "APPROVED": _DONE,
    "REFUSED": _NO,
    "ASKED": _TURN,
    "WITHDRAWN": Look("neutral", "circle-minus"),
    # tip-offs
    "RECEIVED": Look("info", "inbox"),
    "ASSIGNED": _RUNNING,
    "NOT_SUBSTANTIATED": _NO,
    "NOT_OURS": Look("neutral", "mail-forward"),
    # supervision notices
    "REPLIED": Look("info", "message-check"),
    "ESCALATED": Look("bad", "alarm"),
    # push, jobs
    "ACTIVE": _DONE,
    "PAUSED": Look("warning", "player-pause"),
    "FAILING": Look("bad", "plug-connected-x"),
    "PENDING": Look("neutral", "clock"),
    "QUEUED": Look("neutral", "clock"),
    "CHECKING": _RUNNING,
    "CHECKED": Look("info", "list-check"),
    "IMPORTING": _RUNNING,
    "IMPORTED": _DONE,
    "RUNNING": _RUNNING,
    "DONE": _DONE,
    "FAILED": _NO,
    "WAITING": Look("neutral", "clock"),
    "READY": _DONE,
    # catalogue, cases
    "CIRCULATED": Look("info", "mail-forward"),
    "IN_FORCE": _DONE,
    "LAPSED": _OVER,
    "REPORTED": Look("info", "send"),
    "ADOPTED": _DONE,
    "IN_BULLETIN": Look("good", "news"),
    "ISSUED": _DONE,
    "REVIEWED": Look("info", "list-check"),
    "SUPERSEDED": _OVER,
    # key tasks
    "NOT_BEGUN": Look("neutral", "player-play"),
    "UNDER_WAY": _RUNNING,
    "CONTINUING": Look("good", "repeat"),
}
