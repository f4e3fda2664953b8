"""How long what a table says of a person is kept, and which rule deletes it (ADR 11). The purge is in each app's
`services/purging.py`; this says it in words, for the field register and whoever answers for the data.

A table that is not named here says nothing of a person but who of the staff acted: its rows stay.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Keeping:
    """`words` with the numbers of `rules` put in; a rule is a parameter of a rule profile, `profile.parameter`."""

    words: str
    rules: tuple[str, ...] = ()


LIMIT = "disclosure.limit_years"
GIVEN_UP = "retention.given_up_days"
QUERIES = "access-log.person_query_keep_days"

AS_AN_ENTRY = Keeping("until the disclosure limit of the entry, {} years; a draft given up, {} days", (LIMIT, GIVEN_UP))
WITH_THE_PARTY = Keeping(
    "until the party's last entry or promise is deleted at its disclosure limit, {} years", (LIMIT,)
)
WITH_THE_FILE = Keeping(
    "until the first of its entries is deleted, {} years; where nothing came of it, {} days", (LIMIT, GIVEN_UP)
)
WITH_THE_CASE = Keeping("until the entry is deleted, {} years; where it fits no entry, {} days", (LIMIT, GIVEN_UP))
WITH_THE_TIP_OFF = Keeping("{} days from the answer; at once with an entry drafted from it", ("tip-off.keep_days",))
WITH_THE_NOTICE = Keeping(
    "{} days from its last step; at once with the first entry it is about", ("retention.supervision_days",)
)
AS_A_QUERY = Keeping("{} days", (QUERIES,))
AS_A_SCREENING = Keeping(
    "without a hit {} days; with one until the last of its entries is deleted, {} years", (QUERIES, LIMIT)
)

KEEPING: dict[str, Keeping] = {
    "accounts.User": Keeping("as long as acts name the person; the account is closed, never deleted"),
    "accounts.IdempotentCall": Keeping("{} days", ("retention.api_answer_days",)),
    "accounts.ApplicantMessage": Keeping("the contact until the message is out or given up; the row stays"),
    "accounts.SignInLock": Keeping("{} days", ("access-log.keep_days",)),
    "accounts.SignInLockLift": Keeping("{} days", ("access-log.keep_days",)),
    "accounts.StaffMessage": Keeping("{} days", ("retention.staff_message_days",)),
    "lists.Subject": WITH_THE_PARTY,
    "lists.SubjectName": WITH_THE_PARTY,
    "lists.SubjectCode": WITH_THE_PARTY,
    "lists.CreditPromise": Keeping("{} years from the end of the time promised for", (LIMIT,)),
    "lists.ListImport": WITH_THE_FILE,
    "lists.ImportRow": WITH_THE_FILE,
    "lists.Change": Keeping(
        "until the disclosure limit of the entry, {} years; units' systems read back {} days",
        (LIMIT, "retention.feed_days"),
    ),
    "lists.Entry": AS_AN_ENTRY,
    "lists.RelatedPerson": AS_AN_ENTRY,
    "lists.DefenceStatement": AS_AN_ENTRY,
    "lists.EntryDocument": AS_AN_ENTRY,
    "lists.EntryProposal": AS_AN_ENTRY,
    "lists.Notice": AS_AN_ENTRY,
    "lists.NoticeWording": AS_AN_ENTRY,
    "lists.Nomination": Keeping(
        "declined {} days; else until the entry is deleted, {} years", ("retention.declined_nomination_days", LIMIT)
    ),
    "lists.NumberHandout": AS_A_QUERY,
    "lists.NumberSearch": AS_A_QUERY,
    "lists.NumberReveal": Keeping("with the person whose number it is; then it names nobody"),
    "lists.SavedFilter": Keeping("{} days from when it was kept last", ("retention.saved_filter_days",)),
    "lists.ExportedEntries": AS_A_QUERY,
    "lists.LargeStep": AS_A_QUERY,
    "lists.EntryExport": Keeping("the file {} hours; filters and reason {} days", ("export.keep_hours", QUERIES)),
    "exchange.ParkedChange": Keeping("{} days; at once with the entry", ("retention.rejected_change_days",)),
    "exchange.PushAttempt": Keeping("taken {} days; failed 30", ("access-log.keep_days",)),
    "sanctions.PortfolioParty": Keeping("{} days from when it was taken out", (QUERIES,)),
    "sanctions.Screening": AS_A_SCREENING,
    "sanctions.NotSameParty": AS_A_SCREENING,
    "sanctions.ScreeningBatch": AS_A_QUERY,
    "sanctions.BatchRow": AS_A_QUERY,
    "sanctions.Execution": AS_AN_ENTRY,
    "sanctions.ExecutionAttachment": AS_AN_ENTRY,
    "sanctions.Lifting": AS_AN_ENTRY,
    "sanctions.WrittenPromise": AS_AN_ENTRY,
    "sanctions.CaseReport": Keeping("until the entry is deleted, {} years; withdrawn, {} days", (LIMIT, GIVEN_UP)),
    "objections.Objection": WITH_THE_CASE,
    "objections.ObjectionMove": WITH_THE_CASE,
    "objections.ObjectionEvidence": WITH_THE_CASE,
    "objections.HelpRequest": WITH_THE_CASE,
    "objections.HelpMove": WITH_THE_CASE,
    "objections.Extension": WITH_THE_CASE,
    "objections.ExtensionMove": WITH_THE_CASE,
    "objections.TipOff": WITH_THE_TIP_OFF,
    "objections.TipOffMove": WITH_THE_TIP_OFF,
    "objections.TipOffReporter": WITH_THE_TIP_OFF,
    "objections.TipOffEvidence": WITH_THE_TIP_OFF,
    "objections.ReporterLook": Keeping("the look stays; its reason {} days from the answer", ("tip-off.keep_days",)),
    "repair.RepairApplication": WITH_THE_CASE,
    "repair.RepairMove": WITH_THE_CASE,
    "repair.RepairEvidence": WITH_THE_CASE,
    "oversight.SupervisionMove": WITH_THE_NOTICE,
    "oversight.SupervisionDocument": WITH_THE_NOTICE,
}

OF_LIBRARIES = {
    "account": "mail addresses and their confirmations; not used: an address stands with the account of the person",
    "admin": "what an administrator changed: who, when, which row; stays",
    "auth": "empty: roles are code",
    "axes": "sign-ins and failures: user name, address, program of the browser, time; the operator deletes them "
    "after the time for access logs (docs/operations.md)",
    "contenttypes": "names of tables",
    "mfa": "second factors of staff, sealed; until taken off",
    "oauth2_provider": "tokens of units' systems, hashed; ten minutes, cleared with `cleartokens`",
    "pghistory": "who was signed in, at which address of the site, when a version was written; with the version",
    "sessions": "who is signed in, sealed; eight hours, cleared with `clearsessions`",
    "socialaccount": "which account of the city's single sign-on a person has; until taken off",
    "usersessions": "a person's open sessions: address, program of the browser; until the session ends",
}
"""Tables of libraries, by app: what of a person stands in them, and until when. They carry no classification."""
