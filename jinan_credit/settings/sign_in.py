"""Who signs in, how, and for how long."""

from datetime import timedelta

from jinan_credit.settings.environment import given

ENVIRONMENT = given()

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SINGLE_SIGN_ON = ENVIRONMENT.single_sign_on  # empty: there is none
PASSWORD_RULES = ENVIRONMENT.password_rules
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "jinan_credit.accounts.passwords.LengthValidator"},
    {"NAME": "jinan_credit.accounts.passwords.ClassesValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "jinan_credit.accounts.passwords.RememberedValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workbench"
ACCOUNT_ADAPTER = "jinan_credit.accounts.adapter.ClosedSignUp"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
# django-axes counts wrong passwords, by user and address; accounts.rate counts wrong codes, by user.
ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": None}
AXES_HANDLER = "jinan_credit.accounts.sign_in_attempts.SignInAttempts"
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # a lock ends when it was said to end
AXES_IPWARE_PROXY_COUNT = 0
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
MFA_ADAPTER = "jinan_credit.accounts.adapter.SealedSecondFactors"
MFA_FORMS = {
    "authenticate": "jinan_credit.accounts.second_factor_forms.SignInCodeForm",
    "reauthenticate": "jinan_credit.accounts.second_factor_forms.ConfirmCodeForm",
    "activate_totp": "jinan_credit.accounts.second_factor_forms.FirstCodeForm",
    "add_webauthn": "jinan_credit.accounts.second_factor_forms.NewKeyForm",
    "edit_webauthn": "jinan_credit.accounts.second_factor_forms.KeyNameForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Jinan Credit"
SECOND_FACTOR_ROLES = (
    ["COORDINATOR", "SYSTEM_ADMIN", "SECURITY_ADMIN", "AUDIT_ADMIN"]
    if ENVIRONMENT.second_factor_roles is None
    else ENVIRONMENT.second_factor_roles
)
ACCOUNT_REAUTHENTICATION_TIMEOUT = ENVIRONMENT.reauthentication_minutes * 60
SESSION_IDLE_SECONDS = ENVIRONMENT.session_idle_minutes * 60
SESSION_LONGEST_SECONDS = ENVIRONMENT.session_hours * 3600
SESSION_COOKIE_AGE = SESSION_LONGEST_SECONDS + 24 * 3600  # who comes back later is told that his session has ended
SESSION_ENGINE = "jinan_credit.accounts.sealed_sessions"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
