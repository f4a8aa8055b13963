"""The page that explains the API: made on the server from the OpenAPI, with no script and nothing of other origins."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase


class Reference(DocsBase):
    """Replaces the page of the library, which needs a script in the page."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **values: Any) -> HttpResponse:
        """The page."""
        schema = api.get_openapi_schema(path_params=values)
        return render(
            request,
            "api.html.jinja",
            {"schema": schema, "openapi": self.get_openapi_url(api, values), "form": _form},
        )


def _form(schema: dict[str, Any]) -> str:
    """The form of a value in a few words."""
    if "enum" in schema:
        return " | ".join(schema["enum"])
    if "minimum" in schema and "maximum" in schema:
        return f"{schema['type']}, {schema['minimum']} to {schema['maximum']}"
    if "anyOf" in schema:
        return " | ".join(map(_form, schema["anyOf"]))
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    inner = schema.get("items", schema.get("additionalProperties"))
    return (
        f"{schema['type']} of {_form(inner)}" if isinstance(inner, dict) else str(schema.get("type", "any"))
    )
