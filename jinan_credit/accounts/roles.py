"""Who may do what: one table, read by pages, API and the database's guards alike.

Whether a unit initiates or cooperates follows from the list and the measures (domain: glossary), so the table
speaks of roles only; each service asks for the unit besides.
"""

from jinan_credit.accounts.enums import Act, Role

ACTS_OF: dict[str, frozenset[str]] = {
    Role.CLERK: frozenset(
        {
            Act.SEE_WORKBENCH,
            Act.DRAFT_ENTRIES,
            Act.REMOVE_ENTRIES,
            Act.REVEAL_NUMBERS,
            Act.SIGN_TASKS,
            Act.SCREEN_PARTIES,
            Act.KEEP_PROMISES,
            Act.REPORT_CASES,
            Act.REPORT_KEY_TASKS,
            Act.UPDATE_CATALOGUE,
            Act.EXAMINE_OBJECTIONS,
            Act.ANSWER_HELP,
            Act.VERIFY_REPAIRS,
            Act.VERIFY_TIP_OFFS,
            Act.REPLY_TO_SUPERVISION,
            Act.SEE_PUSH,
            Act.SET_WAYS,
        }
    ),
    Role.REVIEWER: frozenset(
        {
            Act.SEE_WORKBENCH,
            Act.PUBLISH_ENTRIES,
            Act.REVEAL_NUMBERS,
            Act.SIGN_TASKS,
            Act.NAME_SUBSTITUTES,
            Act.SCREEN_PARTIES,
            Act.KEEP_PROMISES,
            Act.REPORT_CASES,
            Act.REPORT_KEY_TASKS,
            Act.UPDATE_CATALOGUE,
            Act.ANSWER_HELP,
            Act.DECIDE_OBJECTIONS,
            Act.APPROVE_REPAIRS,
            Act.REPLY_TO_SUPERVISION,
            Act.SEE_PUSH,
            Act.SET_WAYS,
        }
    ),
    Role.COORDINATOR: frozenset(
        {
            Act.SEE_WORKBENCH,
            Act.OVERSEE,
            Act.CIRCULATE_CASES,
            Act.KEEP_CATALOGUE,
            Act.REPORT_KEY_TASKS,
            Act.UPDATE_CATALOGUE,
            Act.SEE_PUSH,
            Act.SET_WAYS,
        }
    ),
    # Only these two ever read who made a tip-off (rule 11); they see nothing of their unit's other work.
    Role.TIP_OFF_OFFICER: frozenset({Act.ASSIGN_TIP_OFFS, Act.SEE_REPORTERS}),
    Role.TIP_OFF_SUPERVISOR: frozenset({Act.SEE_REPORTERS}),
    Role.SYSTEM_ADMIN: frozenset({Act.KEEP_SYSTEM}),
    Role.SECURITY_ADMIN: frozenset({Act.KEEP_ACCOUNTS}),
    Role.AUDIT_ADMIN: frozenset({Act.SEE_AUDIT}),
}

ADMINISTRATORS: tuple[str, ...] = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
"""Three separate roles; nobody holds two (the database refuses it too)."""


def roles_with(act: str) -> list[str]:
    return [role for role, acts in ACTS_OF.items() if act in acts]


def acts_of(roles: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*(ACTS_OF[role] for role in roles))
