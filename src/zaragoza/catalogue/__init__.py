"""Definitions and dated data as YAML, and the one loader that reads and checks them."""

from __future__ import annotations

from zaragoza.catalogue.load import Catalogue, load_catalogue

__all__ = ["Catalogue", "load_catalogue"]
