"""Who gets what: the expected outcome of every route for every role, of every call for every scope, of every row of the
administration for every administrator.

A route, call or kind of row that is not here fails `test_matrix.py`, and so does a line here that nothing has any more.
To add a route: a line in its block below and, where it takes arguments, an address of something that is there in
`samples.py`. The test then says which letter it found where the line says another.

The letters of a route, one for each person:

    +   gets it, or gets as far as a form or a refusal for another reason
    -   refused: none of his roles includes the act (403)
    .   is not there for him (404), and looks like what never was
    >   is sent to the sign-in

The persons, in the order of the columns: clerk, reviewer and coordinator; tip-off officer and tip-off supervisor;
system, security and audit administrator; clerk and reviewer of a unit that has its part in what the sample is about;
clerk and reviewer of a unit that has none. Whose the sample is says the second column: clerk and reviewer of that unit
come first. `all` is the same for every unit; `signed-in` is for whoever has an account, `public` for anybody.

What is a person's own, as a kept filter, has `.` for everybody; who made it is in `test_matrix.py`.

A line for `name POST` is about that method; without one both methods have the same outcome. A line for `name/STATE` is
about samples in that state.
"""

ROUTES = """
# route                     whose       CRK TV YSA  partner stranger

# the API's description
schema                      public
api_docs                    public

# accounts
account_login               public
account_logout              public
account_logout POST         public      >>> >> >>>
account_inactive            public
account_change_password     signed-in
workbench                   signed-in
my_account                  signed-in
messages                    signed-in
messages_read               signed-in
message_kinds               all         +++ +- ++-
message_ways                all         +++ -- ---
message_test                all         +++ -- ---
message_open                finance     ++. .. ...  .. ..
permissions                 all         --- -- -++
components                  signed-in
text_size                   public
policy_report               public
account_reauthenticate      signed-in
mfa_index                   signed-in
mfa_activate_totp           signed-in
mfa_deactivate_totp         signed-in   ... .. ...
mfa_list_webauthn           public
mfa_add_webauthn            signed-in
mfa_edit_webauthn           signed-in   ... .. ...
mfa_remove_webauthn         signed-in   ... .. ...
mfa_view_recovery_codes     signed-in   ... .. ...
mfa_generate_recovery_codes signed-in
mfa_authenticate            public
mfa_reauthenticate          signed-in
mfa_reauthenticate_webauthn signed-in
sso_begin                   public      ... .. ...
sso_finish                  public      ... .. ...
sessions                    signed-in
sessions_end_others         signed-in
session_end                 signed-in   ... .. ...
session_left                public
session_stay                signed-in
unsent_form                 signed-in
access_review               all         --- -- -+-
access_export               all         --- -- -+-

# catalogue
memoranda                   all         +++ -- ---
memorandum_new              all         --+ -- ---
receipt_confirm             finance     ++- -- ---  .. ..
memorandum                  all         +++ -- ---
memorandum/DRAFT            all         ..+ -- ---
memorandum POST             all         ... -- ---
memorandum_correct          all         --+ -- ---
memorandum_revise           all         --+ -- ---
memorandum_in_force         all         --+ -- ---
memorandum_lapse            all         --+ -- ---
measure_new                 all         --+ -- ---
measure_edit                all         --+ -- ---
key_tasks                   all         +++ -- ---
key_task                    all         +++ -- ---
key_task POST               all         ... -- ---
key_task_ask                all         --+ -- ---
key_task_note               all         --+ -- ---
key_task_report_new         finance     ++. -- ---  .. ..
key_task_report             finance     ++. -- ---  .. ..
key_task_report/SENT        finance     +++ -- ---  ++ ++
key_task_report/SENT POST   finance     ... -- ---  .. ..
key_task_report/DISCARDED POST finance  ... -- ---  .. ..
key_task_report_edit        finance     ++. -- ---  .. ..
key_task_evidence           finance     ++. -- ---  .. ..
key_task_evidence/SENT      finance     +++ -- ---  ++ ++
catalog_editions            all         +++ -- ---
catalog_edition_new         all         --+ -- ---
catalog_updates             all         +++ -- ---
catalog_edition             all         +++ -- ---
catalog_edition/DRAFT       all         ..+ -- ---
catalog_edition_edit        all         --+ -- ---
catalog_edition_issue       all         --+ -- ---
catalog_edition_compare     all         +++ -- ---
catalog_edition_compare/DRAFT all       ..+ -- ---
catalog_item_new            all         --+ -- ---
catalog_item                all         +++ -- ---
catalog_item/DRAFT          all         ..+ -- ---
catalog_item_edit           all         --+ -- ---
catalog_item_update         finance     ++. -- ---  .. ..

# lists
entries                     all         +++ -- ---
entry_new                   all         +-- -- ---
entries_submit              all         +-- -- ---
number_search               all         +++ -- ---
filter_save                 all         +++ -- ---
filter_delete               court       ... -- ---  .. ..
exports                     all         +++ -- ---
export_new                  all         +++ -- ---
export                      court       ... -- ---  .. ..
export_file                 court       ... -- ---  .. ..
entry                       court       +++ -- ---  ++ ..
entry/DRAFT                 court       ++. -- ---  .. ..
entry/IN_REVIEW             court       ++. -- ---  .. ..
entry/NOTIFIED              court       ++. -- ---  .. ..
entry/RETURNED              court       ++. -- ---  .. ..
entry_edit                  court       +-- -- ---  .- .-
entry_move                  court       ++- -- ---  .. ..
entry_number                court       ++- -- ---  ++ ..
entry_person_number         court       ++- -- ---  ++ ..
entry_document_new          court       +-- -- ---  .- .-
entry_document              court       +++ -- ---  .. ..
entry_statement             court       +-- -- ---  .- .-
entry_statement_answer      court       +-- -- ---  .- .-
entry_subject               court       +-- -- ---  .- .-
entry_subject POST          court       .-- -- ---  .- .-
entry_correct               court       +-- -- ---  .- .-
entry_remove                court       +-- -- ---  .- .-
entry_basis_fell            court       +-- -- ---  .- .-
entry_ceased                court       +-- -- ---  .- .-
entry_stay                  court       +-- -- ---  .- .-
entry_proceeding_new        court       +-- -- ---  .- .-
entry_proceeding_end        court       +-- -- ---  .- .-
entry_lift                  court       +-- -- ---  .- .-
imports                     all         ++- -- ---
import_new                  all         +-- -- ---
import_template             all         ++- -- ---
import                      court       ++- -- ---  .. ..
import_confirm              court       +-- -- ---  .- .-
import_cancel               court       +-- -- ---  .- .-
import_reverse              court       +-- -- ---  .- .-
import_copy                 court       ++- -- ---  .. ..
large_step                  court       ++- -- ---  .. ..
review                      all         -+- -- ---
review_group                all         -+- -- ---
review_decide               all         -.- -- ---
proposal                    court       ++- -- ---  .. ..
proposal POST               court       ..- -- ---  .. ..
proposals_approve           court       -+- -- ---  -. -.
publications                all         +++ -- ---
publication                 court       +++ -- ---  .. ..
notices_print               court       +++ -- ---  .. ..
notices                     all         +++ -- ---
notice                      court       +++ -- ---  .. ..
notice POST                 court       ++. -- ---  .. ..
nominations                 all         +++ -- ---
nomination_new              all         +-- -- ---
nomination                  court       ++. -- ---  ++ ..
nomination POST             court       ... -- ---  .. ..
nomination_accept           court       +-- -- ---  .- .-
nomination_document         court       ++. -- ---  ++ ..
credit_promises             all         +++ -- ---
credit_promise_new          all         ++- -- ---
credit_promise              court       +++ -- ---  .. ..
credit_promise POST         court       ++. -- ---  .. ..
matrix                      all         +++ -- ---
credit_lists                all         +++ -- ---
catalog_from_lists          all         --+ -- ---
credit_list_new             all         --+ -- ---
credit_list                 court       +++ -- ---  ++ ..
subscription_new            all         --+ -- ---
subscription_end            all         --+ -- ---
credit_list_edit            all         --+ -- ---
credit_list_version         all         +++ -- ---

# exchange
metrics                     public
push                        all         +++ -- ---
push_of_unit                finance     +++ -- ---  .. ..
push_address                all         +++ -- ---
push_rotate                 finance     ++. -- ---  .. ..
push_move                   finance     ++. -- ---  .. ..
push_rewind                 all         +++ -- ---
push_rejected               all         +++ -- ---
push_rejected_again         finance     +++ -- ---  .. ..
push_rejected_settle        finance     +++ -- ---  .. ..
downloads                   all         ++- -- ---
downloads_take              all         ++- -- ---
download                    finance     ++- -- ---  .. ..
download_again              finance     ++- -- ---  .. ..
download_confirm            finance     ++- -- ---  .. ..
copy_deleted                finance     ++- -- ---  .. ..
stale_copies                all         +++ -- ---
office_address              all         +++ -- ---
office_rotate               finance     ++. -- ---  .. ..
office_move                 finance     ++. -- ---  .. ..

# sanctions
batches                     all         ++- -- --+
batch_new                   all         ++- -- ---
batch_template              all         ++- -- ---
batch                       finance     ++- -- --+  .. ..
batch_copy                  finance     ++- -- ---  .. ..
batch_copy_again            finance     ++- -- ---  .. ..
batch_keep                  finance     ++- -- ---  .. ..
portfolios                  all         ++- -- --+
portfolio_new               all         ++- -- ---
portfolio_changes           all         ++- -- ---
portfolio                   finance     ++- -- --+  .. ..
portfolio_file              finance     ++- -- ---  .. ..
portfolio_end               finance     ++- -- ---  .. ..
portfolio_party_drop        finance     ++- -- ---  .. ..
tasks                       all         +++ -- ---
responses                   all         +++ -- ---
responses_file              all         +++ -- ---
substitutes                 all         ++- -- ---
substitute_end              finance     ++- -- ---  .. ..
tasks_sign                  all         ++- -- ---
task                        finance     +++ -- ---  .. ..
task_of_publication         finance     ++. -- ---  .. ..
task_move                   finance     ++- -- ---  .. ..
task_claim                  finance     ++- -- ---  .. ..
task_feedback               finance     ++- -- ---  .. ..
task_release                finance     ++- -- ---  .. ..
screenings                  all         ++- -- ---
screen                      all         ++- -- ---
screen/JOINING              finance     ++- -- ---  .. ..
receipt_check               public
screening                   finance     ++- -- ---  .. ..
screening_receipt           finance     ++- -- ---  .. ..
screening_close             finance     ++- -- ---  .. ..
hits_answer                 finance     ++- -- ---  .. ..
not_same_party              finance     ..- -- ---  .. ..
hit_answer                  finance     ++- -- ---  .. ..
executions                  all         +++ -- ---
executions_by_entry         all         +++ -- ---
execution_attachment        finance     +++ -- ---  ++ ..
entry_execution             finance     ++- -- ---  .. ..
promises                    all         +++ -- ---
promise                     finance     +++ -- ---  ++ ..
promise_move                finance     ++- -- ---  .. ..
execution_cancel            finance     ++- -- ---  .. ..
cases                       all         +++ -- --+
case_choose                 all         ++- -- ---
case_new                    finance     ++- -- ---  .. ..
case                        finance     +++ -- --+  .. ..
case/DRAFT                  finance     ++. -- --+  .. ..
case/WITHDRAWN              finance     ++. -- --+  .. ..
case_edit                   finance     ++- -- ---  .. ..
case_move                   finance     +++ -- ---  .. ..
bulletins                   all         +++ -- --+
bulletin_new                all         --+ -- ---
bulletin                    all         +++ -- --+
bulletin/DRAFT              all         ..+ -- --+
bulletin_edit               all         --+ -- ---
bulletin_move               all         --+ -- ---

# objections
objections                  all         +++ -- ---
objection_new               public
objection_received          public
objection_enter             all         +-- -- ---
objection                   court       ++. -- ---  .. ..
objection_correct           court       -+- -- ---  -. -.
objection_pause             court       +-- -- ---  .- .-
objection_resume            court       +-- -- ---  .- .-
extension_ask               court       +-- -- ---  .- .-
help_ask                    court       +-- -- ---  .- .-
extension                   court       -+- -- ---  -. -.
help_requests               all         ++- -- ---
help_request                finance     ++- -- ---  .. ..
help_withdraw               court       +-- -- ---  .- .-
objection_evidence          court       ++. -- ---  .. ..
tip_off_new                 public
tip_off_received            public
tip_offs                    all         +-- ++ ---
tip_off_enter               all         --- +- ---
tip_off                     court       +-- ++ ---  .- .-
tip_off/RECEIVED            court       .-- ++ ---  .- .-
tip_off/NOT_OURS            court       .-- ++ ---  .- .-
tip_off_assign              court       --- +- ---  -- --
tip_off_forward             court       --- +- ---  -- --
tip_off_verify              court       +-- -- ---  .- .-
tip_off_reporter            court       --- ++ ---  -- --
tip_off_evidence            court       +-- ++ ---  .- .-

# repair
repair_new                  public
repair_received             public
repairs                     all         +++ -- ---
repair_enter                all         +-- -- ---
repair                      court       ++. -- ---  .. ..
repair_evidence             court       ++. -- ---  .. ..

# the public site
home                        public
public_entry                public
public_lists                public
public_list                 public
public_promises             public
public_articles             public
public_article              public
public_statistics           public
about                       public
public_catalogue            public
public_memoranda            public
public_memorandum           public
public_bulletins            public
public_bulletin             public
robots                      public
sitemap                     public
status                      public
verify                      public

# oversight
oversight                   all         +++ -- ---
escalated_cases             all         --+ -- ---
oversight_figures           all         +++ -- ---
oversight_figures/quality   all         --+ -- ---
oversight_figures/units     all         --+ -- ---
oversight_file              all         +++ -- ---
oversight_file/quality      all         --+ -- ---
oversight_file/units        all         --+ -- ---
oversight_tasks             all         +++ -- ---
oversight_executions        all         +++ -- ---
oversight_screenings        all         +++ -- ---
oversight_batches           all         +++ -- ---
audit                       all         --- -- --+
audit_changes               all         --- -- --+
audit_access_export         all         --- -- --+
audit_changes_export        all         --- -- --+
audit_seals                 all         --- -- --+
live                        public
ready                       public
system                      all         --- -- +--
oversight_terms             all         +++ -- ---
oversight_cases             all         +++ -- ---
oversight_entries           all         --+ -- ---
supervision                 all         +++ -- ---
supervision_new             all         --+ -- ---
supervision_notice          finance     +++ -- ---  .. ..
supervision_notice/DRAFT    finance     ..+ -- ---  .. ..
supervision_notice/DISCARDED finance    ..+ -- ---  .. ..
supervision_edit            finance     --+ -- ---  -- --
supervision_return          finance     --+ -- ---  -- --
supervision_move            finance     --+ -- ---  -- --
supervision_document        finance     +++ -- ---  .. ..
city_reports                all         --+ -- ---
city_report_new             all         --+ -- ---
city_report                 all         --+ -- ---
city_report_edit            all         --+ -- ---
city_report_issue           all         --+ -- ---
city_report_move            all         --+ -- ---
city_report_file            all         --+ -- ---

# Django
set_language                public
"""

KEPT = """
# rows                    by   may

accounts.apiclient        S    add change
accounts.plannedsuccession S
accounts.unit             S    add change
accounts.user             S    add change
catalog.article           K    add change
catalog.calendarday       K    add change
catalog.division          K    add change
catalog.keytask           K    add change
catalog.legalbasis        K    add change
catalog.memorandum        K    change
catalog.ruleprofile       K    add change
catalog.standard          K    add change
lists.creditlist          K
lists.feedhead            K
lists.publication         K
lists.subject             K
lists.subscription        K
"""
"""Who keeps the rows of the administration (K coordinator, S security administrator) and what he may besides
reading them. Nobody else sees that they are there."""

ADMIN_PAGES = """
# page                    by

index                     K S
login
logout
password_change           K S
password_change_done      K S
autocomplete
jsi18n                    K S
app_list                  S
accounts_unit_succeed     S
accounts_user_end_sessions S
accounts_user_remove_second_factors S
accounts_user_lift_locks  S
auth_user_password_change S
"""
"""The other pages of the administration, and to whom they answer with a page."""

CALLS = """
# call                                                        scope           whose

GET  /api/v1/lists/                                           feed            -
GET  /api/v1/feed/<slug:code>/                                feed            finance
POST /api/v1/feed/<slug:code>/ack/                            feed            finance
GET  /api/v1/snapshot/<slug:code>/                            feed            finance
GET  /api/v1/digest/<slug:code>/                              feed            finance
GET  /api/v1/endpoint/                                        feed            -
PUT  /api/v1/endpoint/                                        feed            -
POST /api/v1/endpoint/pause/                                  feed            -
POST /api/v1/endpoint/resume/                                 feed            -
POST /api/v1/endpoint/rewind/                                 feed            -
POST /api/v1/endpoint/rotate/                                 feed            -

POST /api/v1/screenings/                                      screening       -
GET  /api/v1/screenings/<uuid:pk>/                            screening       finance
POST /api/v1/screenings/<uuid:pk>/answers/                    feedback        finance
POST /api/v1/screenings/<uuid:pk>/close/                      screening       finance
POST /api/v1/screenings/<uuid:pk>/not-same/                   screening       finance
POST /api/v1/screenings/<uuid:pk>/not-same/withdraw/          screening       finance
POST /api/v1/screening-batches/                               screening       -
GET  /api/v1/screening-batches/<int:pk>/                      screening       finance
GET  /api/v1/screening-batches/<int:pk>/results/              screening       finance
GET  /api/v1/portfolios/                                      screening       -
POST /api/v1/portfolios/                                      screening       -
GET  /api/v1/portfolios/<int:pk>/                             screening       finance
POST /api/v1/portfolios/<int:pk>/batches/                     screening       finance
GET  /api/v1/portfolios/<int:pk>/changes/                     screening       finance
POST /api/v1/portfolios/<int:pk>/end/                         screening       finance
POST /api/v1/portfolios/<int:pk>/files/                       screening       finance

GET  /api/v1/tasks/                                           feedback        -
GET  /api/v1/tasks/<int:pk>/                                  feedback        finance
POST /api/v1/tasks/<int:pk>/confirm-release/                  feedback        finance
POST /api/v1/tasks/<int:pk>/not-executed/                     feedback        finance
POST /api/v1/tasks/<int:pk>/nothing-to-feed-back/             feedback        finance
POST /api/v1/tasks/<int:pk>/sign/                             feedback        finance
GET  /api/v1/executions/                                      feedback        -
POST /api/v1/executions/                                      feedback        -
POST /api/v1/executions/<int:pk>/attachments/                 feedback        finance
GET  /api/v1/executions/<int:pk>/attachments/<int:attachment>/ feedback       finance
POST /api/v1/executions/<int:pk>/cancel/                      feedback        finance
GET  /api/v1/promises/                                        feedback        -
POST /api/v1/promises/<int:pk>/break/                         feedback        finance
POST /api/v1/promises/<int:pk>/keep/                          feedback        finance
POST /api/v1/promises/<int:pk>/reopen/                        feedback        finance
GET  /api/v1/memorandum-receipts/                             feedback        -
GET  /api/v1/memorandum-receipts/<int:pk>/                    feedback        finance
POST /api/v1/memorandum-receipts/<int:pk>/confirm/            feedback        finance
GET  /api/v1/catalogue-items/                                 feedback        -
POST /api/v1/catalogue-items/<slug:code>/updates/             feedback        finance

GET  /api/v1/entries/                                         entries:read    -
GET  /api/v1/entries/<uuid:pk>/                               entries:read    court
GET  /api/v1/responses/                                       entries:read    -
POST /api/v1/imports/                                         entries:write   -
GET  /api/v1/imports/<int:pk>/                                entries:write   court
POST /api/v1/imports/<int:pk>/cancel/                         entries:write   court
POST /api/v1/imports/<int:pk>/confirm/                        entries:write   court
GET  /api/v1/imports/<int:pk>/errors/                         entries:write   court

POST /api/v1/cases/                                           cases           -
GET  /api/v1/cases/<int:pk>/                                  cases           finance
"""
"""Whose the sample is; `-` where the address names none."""


def lines_of(table: str) -> list[list[str]]:
    return [line.split() for line in table.splitlines() if line and not line.startswith("#")]
