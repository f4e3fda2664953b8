#!/usr/bin/env python
"""Django's command line. On a workstation it speaks to the services that `bin/up` keeps under `.local/`."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinan_credit.settings.local")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
