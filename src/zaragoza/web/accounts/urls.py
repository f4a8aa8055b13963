"""Addresses of accounts, those of django-allauth; what institutions are told to come back to has no language."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from zaragoza.web.accounts import institution

in_languages: list[URLPattern | URLResolver] = [
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("account/institution/", include("allauth.socialaccount.urls")),
    path("account/oidc/<str:provider_id>/login/", institution.login, name="openid_connect_login"),
]
without_language: list[URLPattern | URLResolver] = [
    path(
        "account/oidc/<str:provider_id>/login/callback/", institution.callback, name="openid_connect_callback"
    ),
]
