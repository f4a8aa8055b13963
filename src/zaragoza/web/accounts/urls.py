"""Addresses of accounts, those of django-allauth; what institutions are told to come back to has no language."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

in_languages: list[URLPattern | URLResolver] = [
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("account/institution/", include("allauth.socialaccount.urls")),
]
without_language: list[URLPattern | URLResolver] = [
    path("account/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
