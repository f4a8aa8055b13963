"""Management of the site: `python -m zaragoza.web migrate`, `check --deploy`, `install RELEASE_DIR`."""

from __future__ import annotations

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zaragoza.web.settings")
    settings.DATA.mkdir(parents=True, exist_ok=True)
    execute_from_command_line(["zaragoza.web", *sys.argv[1:]])
