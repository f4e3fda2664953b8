import os

from django.core.wsgi import get_wsgi_application

from jinan_credit.kernel.loading import load_all_and_set_it_aside

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinan_credit.settings.production")

application = get_wsgi_application()

load_all_and_set_it_aside()
