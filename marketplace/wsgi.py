import os

from django.core.wsgi import get_wsgi_application

from marketplace.kernel.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.production")
application = get_wsgi_application()
settle()
