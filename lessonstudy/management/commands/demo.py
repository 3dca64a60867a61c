"""Loads a school to look around in, and says how to sign in there."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from lessonstudy.demo.story import summary, tell
from lessonstudy.lib.commands import BadInput


class Command(BaseCommand):
    help = "Load two schools with people, classes and lessons to look at; a second time changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="load them where DEBUG is off, too")
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="print one JSON object and nothing else"
        )

    def handle(self, *args: Any, yes: bool, as_json: bool, **options: Any) -> None:
        if not (settings.DEBUG or yes):
            raise BadInput("Everybody knows the password of the demo accounts. To load them here, say --yes.")
        made = tell()
        told = summary()
        if as_json:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        self.stdout.write("The demo schools are loaded." if made else "The demo schools are there already.")
        self.stdout.write(f"Sign in with the password {told['password']} as:")
        for login in told["logins"]:
            what = ", ".join(login["roles"]) or "guest"
            self.stdout.write(f"  {login['email']:<24} {login['name']}, {what}, school {login['school']}")
