import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinan_credit.settings.production")

application = get_wsgi_application()

gc.freeze()  # what is loaded stays: no request waits while it is searched for garbage
