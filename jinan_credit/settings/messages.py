"""By which ways messages leave the house."""

from jinan_credit.settings.environment import given

ENVIRONMENT = given()

EMAIL_HOST: str = ENVIRONMENT.mail.get("EMAIL_HOST", "")  # empty: nothing is mailed
EMAIL_PORT: int = ENVIRONMENT.mail.get("EMAIL_PORT", 25)
EMAIL_HOST_USER: str = ENVIRONMENT.mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD: str = ENVIRONMENT.mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS: bool = ENVIRONMENT.mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL: bool = ENVIRONMENT.mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from

MESSAGE_CHANNELS = ["jinan_credit.accounts.channels.EmailChannel", "jinan_credit.accounts.channels.SmsGateway"]
SMS_GATEWAY_URL = ENVIRONMENT.sms_gateway_url  # empty: nobody gets a short message
SMS_GATEWAY_KEY = ENVIRONMENT.sms_gateway_key
