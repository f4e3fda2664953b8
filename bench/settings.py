"""The workstation's settings on a throw-away database; jobs are run by hand, nudges go nowhere but for `deliver`."""

import os
import tempfile

from jinan_credit.settings.local import *  # noqa: F403
from jinan_credit.settings.local import DATABASES as GIVEN
from jinan_credit.settings.local import MIDDLEWARE

SERVER_DATABASE = GIVEN["default"]["NAME"]
DATABASES = {**GIVEN, "default": {**GIVEN["default"], "NAME": os.environ.get("BENCH_DATABASE", SERVER_DATABASE)}}
if os.environ.get("BENCH_FIGURE") not in ("deliver", "soak", "scale"):
    CELERY_BROKER_URL = "memory://"
if os.environ.get("BENCH_FIGURE") in ("soak", "scale"):
    MIDDLEWARE = ["jinan_credit.accounts.middleware.ProxyAddressMiddleware", *MIDDLEWARE]  # every visitor his address
MEDIA_ROOT = os.environ.get("BENCH_FOLDER", tempfile.gettempdir())
PUSH_ALLOWED_NETWORKS = ["127.0.0.0/8"]
