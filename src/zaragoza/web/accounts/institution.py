"""Log-in through an institution: what OpenID Connect demands of a site beyond what django-allauth looks at.

Allauth keeps the state, once and for one session, and the verifier of the code (RFC 7636). Here are added: the nonce,
the signature of every token also where it came directly, the issuer that the settings name, the party for which the
token was made, and that what is told of a person is told of the one who logged in (OpenID Connect Core 1.0, 3.1.3.7 and
5.3.2). That an address is confirmed counts for domains of the institution only: it cannot know it of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import get_request_param
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from requests import RequestException

from zaragoza.web.pages.frame import language
from zaragoza.web.reading import writes

# Those with a public key; one that a site and its institution share could sign for either.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_KNOWN = "/.well-known/"
_NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
_TOLD = ("email", "email_verified")
_LANGUAGE = "institution_language"
_SECONDS = 30  # that clocks may differ


def nonce(state: str) -> str:
    """What a token has to hold: it follows from the state, which one session knows and which is used once."""
    return salted_hmac("institution", state, algorithm="sha256").hexdigest()


class _Client(OAuth2Client):  # type: ignore[misc] # allauth brings no types
    """Sends people to their institution, with a nonce."""

    def get_redirect_url(self, authorization_url: str, scope: Any, extra_params: Mapping[str, str]) -> Any:
        """The address there."""
        return super().get_redirect_url(
            authorization_url, scope, {**extra_params, "nonce": nonce(str(self.state))}
        )


class _Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Looks at what comes back."""

    client_class = _Client

    @property
    def openid_config(self) -> Mapping[str, Any]:
        """What the institution says of its addresses; it must be the one that is named (Discovery 1.0, 4.3)."""
        config: Mapping[str, Any] = super().openid_config
        server = self.get_provider().app.settings["server_url"].partition(_KNOWN)[0]
        if any(name not in config for name in _NEEDED):
            raise OAuth2Error("The institution does not say where it is asked.")
        if config["issuer"].rstrip("/") != server.rstrip("/"):
            raise OAuth2Error("Another institution answers.")
        return config

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """Who it is, by a token that was made for this log-in; the address may be told apart from it."""
        claims = self._decode_id_token(app, kwargs["response"].get("id_token", ""))
        expected = nonce(str(get_request_param(request, "state")))
        if not constant_time_compare(str(claims.get("nonce", "")), expected):
            raise OAuth2Error("The token is of another log-in.")
        if "email" not in claims and "userinfo_endpoint" in self.openid_config:
            told = self._fetch_user_info(token.token)
            if told.get("sub") != claims["sub"]:
                raise OAuth2Error("The institution tells of somebody else.")
            claims |= {name: told[name] for name in _TOLD if name in told}
        claims["email_verified"] = claims.get("email_verified") is True and _speaks_for(
            app, claims.get("email")
        )
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                self._key(jwt.get_unverified_header(id_token).get("kid")),
                algorithms=_ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=_SECONDS,
                options={"require": ["iss", "aud", "sub", "iat", "exp"]},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error("The token is not one of the institution for this site.") from error
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("The token was made for another site.")
        return claims

    def _key(self, name: str | None) -> jwt.PyJWK:
        """The key of that name; without a name the only one there is (Core 1.0, 10.1)."""
        with get_adapter().get_requests_session() as asking:
            response = asking.get(self.openid_config["jwks_uri"])
            response.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(response.json()).keys
        found = [key for key in keys if name in (None, key.key_id)]
        if len(found) != 1:
            raise OAuth2Error("The institution has no such key.")
        return found[0]


def _speaks_for(app: SocialApp, email: object) -> bool:
    """Whether an address is of a domain that the settings name for the institution."""
    return str(email).lower().rpartition("@")[2] in app.settings["domains"]


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """An institution, as django-allauth knows it: `provider_class` of the settings."""

    oauth2_adapter_class = _Adapter

    def get_default_scope(self) -> list[str]:
        """Nothing but the address is needed."""
        return ["openid", "email"]

    def get_scope_from_request(self, request: HttpRequest) -> Any:
        """An address of the site cannot ask for more."""
        return self.get_scope()

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> Any:
        """Nor for anything else."""
        return self.get_auth_params()


@writes
@never_cache
def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Asks whether to go to the institution, and leads there; the session knows in which language to come back."""
    if request.method == "POST":
        request.session[_LANGUAGE] = language()
    return _answered(OAuth2LoginView, request, provider_id)


@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Where the institution sends people back to, at an address without a language."""
    with override(request.session.get(_LANGUAGE) or language()):
        return _answered(OAuth2CallbackView, request, provider_id)


def _answered(view: Any, request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """A page also where the institution cannot be reached, or answers what it should not."""
    adapter = _Adapter(request, provider_id)
    try:
        answer: HttpResponseBase = view.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (OAuth2Error, RequestException) as error:
        answer = render_authentication_error(request, adapter.get_provider(), exception=error)
    return answer
