"""`python -m zaragoza.web grant ROLE EMAIL`: gives an account a role on the site, such as its first administrator."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zaragoza.web.accounts.models import Person
from zaragoza.web.contributions.members import grant
from zaragoza.web.contributions.roles import OF_THE_SITE, SITE


class Command(BaseCommand):
    """By whoever runs the site."""

    help = "Give an account a role on the whole site; it counts from when the account has a second factor."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which role, to whom."""
        parser.add_argument("role", choices=OF_THE_SITE)
        parser.add_argument("email", help="of an account that there is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Gives it."""
        person = Person.objects.filter(email=options["email"].lower()).first()
        if person is None:
            raise CommandError("No account has that address. Make one on the site first.")
        grant(SITE, person, options["role"])
        self.stdout.write(f"{options['role']} given")
