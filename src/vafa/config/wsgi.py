"""The WSGI application that granian serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vafa.config.settings")
_django = get_wsgi_application()
# Imported by name because it needs Django's applications, which are only ready now.
application = import_string("vafa.web.api.direct.directly")(_django)
