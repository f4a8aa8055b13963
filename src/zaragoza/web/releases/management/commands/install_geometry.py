"""`python -m zaragoza.web install_geometry MONITOR BREAKDOWN FILE ...`: takes in where places lie, for maps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zaragoza.errors import ZaragozaError
from zaragoza.web.geometry.installed import install_geometry


class Command(BaseCommand):
    """Takes in where the places of a breakdown lie; readers see the map at once."""

    help = "Take in where the places of a breakdown lie (GeoJSON or TopoJSON); pages show a map from then on."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose places, and the file."""
        parser.add_argument("monitor", help="id of the monitor")
        parser.add_argument(
            "breakdown", help="of which the places are the categories: region, municipality, ..."
        )
        parser.add_argument("file", type=Path, help="GeoJSON or TopoJSON in longitude and latitude")
        parser.add_argument(
            "--code", required=True, help="property that holds the code of the place; id is the feature's own"
        )
        parser.add_argument(
            "--name", default="", help="property that holds its name; else the release names it"
        )
        parser.add_argument(
            "--source", required=True, help="who made the areas, and of when they are: stands under the map"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Takes them in."""
        series, column, file = (options[each] for each in ("monitor", "breakdown", "file"))
        told = {each: options[each] for each in ("code", "name", "source")}
        try:
            number = install_geometry(series, column, file, **told)
        except ZaragozaError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{series} {column}: {number} places")
