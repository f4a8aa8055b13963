"""What the site knows of each release beside its files."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Series(models.Model):
    """The releases of one monitor, and which of them readers are shown first."""

    monitor = models.SlugField(primary_key=True, max_length=100)
    latest = models.ForeignKey("Installed", on_delete=models.PROTECT, related_name="+", null=True)
    place = models.PositiveIntegerField(default=0)  # in lists; the first is the site's front

    class Meta:  # noqa: D106 - Django's
        ordering: ClassVar = ["place", "monitor"]

    def __str__(self) -> str:
        return self.monitor


class Installed(models.Model):
    """A release whose files are in the site's folder. It is never changed and never taken away."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="releases")
    release = models.CharField(max_length=40)
    checksum = models.CharField(max_length=64)  # of its manifest
    made_at = models.DateTimeField()
    activated_at = models.DateTimeField()

    class Meta:  # noqa: D106 - Django's
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "release"], name="one_release_of_a_name")
        ]
        ordering: ClassVar = ["-activated_at", "-id"]

    def __str__(self) -> str:
        return f"{self.series_id} {self.release}"

    @property
    def followed(self) -> bool:
        """Whether readers are shown another release of its monitor first."""
        return self.series.latest_id not in (None, self.pk)
