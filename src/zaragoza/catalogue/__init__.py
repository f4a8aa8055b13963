"""Definitions and dated data as YAML, and the one loader that reads and checks them."""

from __future__ import annotations

from zaragoza.catalogue.load import Catalogue, Plans, load_catalogue, load_plans

__all__ = ["Catalogue", "Plans", "load_catalogue", "load_plans"]
