from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UnitKind(TextChoices):
    ADMINISTRATION = "ADMINISTRATION", _("Administrative department")
    COURT = "COURT", _("Court")
    CUSTOMS = "CUSTOMS", _("Customs office")
    PARTY_BODY = "PARTY_BODY", _("Party body or mass organisation")
    DISTRICT = "DISTRICT", _("District or county")
    ASSOCIATION = "ASSOCIATION", _("Association")
    BANK = "BANK", _("Bank or financial institution")
    CREDIT_BUREAU = "CREDIT_BUREAU", _("Credit bureau")
    PLATFORM = "PLATFORM", _("Platform")


AUTHORITIES = (UnitKind.ADMINISTRATION, UnitKind.COURT, UnitKind.CUSTOMS, UnitKind.PARTY_BODY, UnitKind.DISTRICT)
"""They alone may be 市有关部门 and hold document numbers; others screen by the number that a party shows them."""


class DataProfile(TextChoices):
    FULL = "FULL", _("Full")
    MASKED = "MASKED", _("Masked: no document numbers")


class MailTo(TextChoices):
    """Who of a unit gets the mails about its messages."""

    CONTACT = "CONTACT", _("The unit's contact address")
    PERSONS = "PERSONS", _("Each person at his own address, of what his roles have to do with")
    NOBODY = "NOBODY", pgettext_lazy("mails go to", "Nobody")


class MessageState(TextChoices):
    """How far a few words to an applicant are."""

    WAITING = "WAITING", _("To be sent")
    SENT = "SENT", _("Sent")
    NO_WAY = "NO_WAY", _("Not sent: only a person reaches this contact")
    GIVEN_UP = "GIVEN_UP", _("Not sent: given up")


class Role(TextChoices):
    CLERK = "CLERK", _("Clerk")
    REVIEWER = "REVIEWER", _("Reviewer")
    COORDINATOR = "COORDINATOR", _("Coordinator")
    TIP_OFF_OFFICER = "TIP_OFF_OFFICER", _("Tip-off officer")
    TIP_OFF_SUPERVISOR = "TIP_OFF_SUPERVISOR", _("Tip-off supervisor")
    SYSTEM_ADMIN = "SYSTEM_ADMIN", _("System administrator")
    SECURITY_ADMIN = "SECURITY_ADMIN", _("Security administrator")
    AUDIT_ADMIN = "AUDIT_ADMIN", _("Audit administrator")


class Act(TextChoices):
    """What a person may be allowed to do: the rows of the permission table in `roles.py`."""

    SEE_WORKBENCH = "SEE_WORKBENCH", _("See the unit's work")
    DRAFT_ENTRIES = "DRAFT_ENTRIES", _("Enter, import and submit entries")
    PUBLISH_ENTRIES = "PUBLISH_ENTRIES", _("Publish or return entries")
    REMOVE_ENTRIES = "REMOVE_ENTRIES", _("Propose a correction or removal")
    REVEAL_NUMBERS = "REVEAL_NUMBERS", _("See a full document number")
    SIGN_TASKS = "SIGN_TASKS", _("Sign, feed back, confirm release")
    KEEP_PROMISES = "KEEP_PROMISES", _("Enter public credit promises and judge them")
    NAME_SUBSTITUTES = "NAME_SUBSTITUTES", _("Name substitutes for others of the unit")
    SCREEN_PARTIES = "SCREEN_PARTIES", _("Screen parties")
    REPORT_CASES = "REPORT_CASES", _("Report typical cases")
    REPORT_KEY_TASKS = "REPORT_KEY_TASKS", _("Report on the key tasks that the unit leads")
    UPDATE_CATALOGUE = "UPDATE_CATALOGUE", _("Record updates of the unit's items in the information catalogue")
    EXAMINE_OBJECTIONS = "EXAMINE_OBJECTIONS", _("Accept and examine objections")
    ANSWER_HELP = "ANSWER_HELP", _("Answer another unit that asks for help")
    DECIDE_OBJECTIONS = "DECIDE_OBJECTIONS", _("Decide objections")
    VERIFY_REPAIRS = "VERIFY_REPAIRS", _("Accept and verify repair applications")
    APPROVE_REPAIRS = "APPROVE_REPAIRS", _("Approve or refuse repair applications")
    VERIFY_TIP_OFFS = "VERIFY_TIP_OFFS", _("Verify tip-offs assigned to the unit")
    ASSIGN_TIP_OFFS = "ASSIGN_TIP_OFFS", _("Receive, assign, forward and answer tip-offs")
    SEE_REPORTERS = "SEE_REPORTERS", _("See who made a tip-off")
    SEE_PUSH = "SEE_PUSH", _("See the push to one's unit")
    SET_WAYS = "SET_WAYS", _("Say by which ways one's unit is told")
    OVERSEE = "OVERSEE", _("See every unit's figures, urge units")
    REPLY_TO_SUPERVISION = "REPLY_TO_SUPERVISION", _("Reply to supervision notices")
    CIRCULATE_CASES = "CIRCULATE_CASES", _("Adopt cases and issue bulletins")
    KEEP_CATALOGUE = "KEEP_CATALOGUE", _("Keep the catalogue")
    KEEP_ACCOUNTS = "KEEP_ACCOUNTS", _("Keep units, accounts and clients")
    KEEP_SYSTEM = "KEEP_SYSTEM", _("Keep the system running")
    SEE_AUDIT = "SEE_AUDIT", _("See access logs and history")


class EscalationStep(TextChoices):
    """Who learns that a case has passed its last day."""

    UNIT_HEAD = "UNIT_HEAD", _("The unit's head")
    COORDINATOR = "COORDINATOR", _("The coordinator")
