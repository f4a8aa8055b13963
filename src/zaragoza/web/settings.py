"""Settings of the site, from the environment; without any it serves one machine from a folder of its own."""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in ("1", "yes", "true")


def _listed(name: str, otherwise: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, otherwise).split(",") if part.strip()]


def _number(name: str, otherwise: int) -> int:
    given = os.environ.get(name, "")
    if given and not given.isdigit():
        raise ImproperlyConfigured(f"{name}: expected a whole number, found something else.")
    return int(given or otherwise)


def _database(address: str) -> dict[str, object]:
    """SQLite in the folder of the site, or the PostgreSQL of `postgres://user:password@host:port/name`."""
    if not address:
        options = {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        }
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA / "site.sqlite3", "OPTIONS": options}
    try:
        parts = urlsplit(address)
        port = str(parts.port or "")
    except ValueError:  # its message would show the password
        parts, port = urlsplit(""), ""
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgres", "postgresql") or not name:
        raise ImproperlyConfigured(
            "ZARAGOZA_DATABASE: expected postgres://user:password@host:port/name, found something else. "
            "Leave it out for SQLite."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": port,
        "CONN_MAX_AGE": 60,
    }


def _mail(address: str) -> dict[str, object]:
    """The server that takes letters, `smtp://user:password@host:port` (`smtps://` where all of it is encrypted)."""
    if not address:  # they lie in the site's folder, for whoever tries the site
        return {"EMAIL_BACKEND": "zaragoza.web.letterbox.Letterbox"}
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:  # its message would show the password
        parts, port = urlsplit(""), None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ImproperlyConfigured(
            "ZARAGOZA_MAIL: expected smtp://user:password@host:port, found something else. "
            "Leave it out to keep letters in the site's folder."
        )
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.username is not None,
        "EMAIL_TIMEOUT": 20,
    }


def _institutions(path: Path) -> list[dict[str, Any]]:
    """Those whose people log in through their own OpenID Connect, from `openid.toml` in the site's folder."""
    if not path.is_file():
        return []
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))["institution"]
        open_ = any(not _encrypted(each["server"]) for each in found)
        listed = [
            {
                "provider_id": each["id"],
                "name": each["name"],
                "client_id": each["client_id"],
                "secret": each["secret"],
                "settings": {
                    "server_url": each["server"],
                    "oauth_pkce_enabled": True,
                    "domains": _domains(each.get("domains", [])),
                },
            }
            for each in found
        ]
    except (tomllib.TOMLDecodeError, KeyError, TypeError):  # its message could show a secret
        raise ImproperlyConfigured(
            "openid.toml: expected [[institution]] with id, name, server, client_id, secret and a list of domains, "
            "found something else."
        ) from None
    if open_:
        raise ImproperlyConfigured("openid.toml: expected a server of https, found another.")
    return listed


def _domains(told: Any) -> list[str]:
    """For whose addresses an institution speaks: those of people it knows, as `ministry.example`."""
    if not isinstance(told, list) or not all(
        isinstance(each, str) and _DOMAIN.fullmatch(each) for each in told
    ):
        raise TypeError
    return [each.lower() for each in told]


def _encrypted(address: str) -> bool:
    """Whether nobody on the way can read what is asked there, as on the same machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _secret_key() -> str:
    """The environment's, that of the site's folder, or one of this process alone, as nothing is signed without it."""
    given = os.environ.get("ZARAGOZA_SECRET_KEY", "")
    if given or not SECRET_FILE.is_file():
        return given or secrets.token_urlsafe(50)
    return SECRET_FILE.read_text(encoding="ascii")


_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
HERE = Path(__file__).parent
DATA = Path(os.environ.get("ZARAGOZA_DATA", "zaragoza-site")).absolute()  # releases, charts, database, secret
SECRET_FILE = DATA / "secret.key"  # made by `zaragoza serve`, for its owner alone
CATALOGUE = (
    Path(os.environ["ZARAGOZA_CATALOGUE"]) if os.environ.get("ZARAGOZA_CATALOGUE") else None
)  # an office's
HTTPS = _flag("ZARAGOZA_HTTPS")  # the site is reached through https only

SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = _listed("ZARAGOZA_HOSTS", "localhost,127.0.0.1,[::1]")
DATABASES = {"default": _database(os.environ.get("ZARAGOZA_DATABASE", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_tasks",
    "django_tasks_db",
    "zaragoza.web.releases",
    "zaragoza.web.promises",
    "zaragoza.web.accounts",
    "zaragoza.web.contributions",
]
MIDDLEWARE = [  # what only adds headers stands first, so that refusals and files have them as well
    "zaragoza.web.limits.headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "zaragoza.web.limits.limits",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "zaragoza.web.reading.reading",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "zaragoza.web.accounts.second_factor.second_factor",
]
ROOT_URLCONF = "zaragoza.web.urls"
WSGI_APPLICATION = "zaragoza.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HERE / "templates", HERE.parent / "publish" / "templates"],
        "OPTIONS": {"environment": "zaragoza.web.environment.environment"},
    },
    {  # the pages of allauth, within our frame
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "accounts" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
CACHES = {
    # How often somebody tried to log in: counted by all workers of a machine.
    "default": {
        "BACKEND": "zaragoza.web.accounts.attempts.Attempts",
        "KEY_FUNCTION": "zaragoza.web.accounts.attempts.key",
        "LOCATION": DATA / ".attempts",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    # Pages of a release never change, so that a rendered one can be kept; each worker keeps its own.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": _number("ZARAGOZA_PAGES_KEPT", 600)},
    },
}

API_REQUESTS_A_MINUTE = _number("ZARAGOZA_API_LIMIT", 600)  # of one address; 0: no limit
CONTRIBUTIONS_A_MINUTE = _number("ZARAGOZA_CONTRIBUTION_LIMIT", 20)  # the same, of forms that are sent in

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("nl", "Nederlands")]
LOCALE_PATHS = [
    HERE / "locale",
    HERE / "accounts" / "locale",
]  # the second: words of allauth that we say otherwise
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"  # so that who follows a link in a letter is logged in
CSRF_FAILURE_VIEW = "zaragoza.web.pages.taking_part.forged"
SESSION_COOKIE_AGE = 60 * _number("ZARAGOZA_SESSION_MINUTES", 12 * 60)
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-session", "__Host-form") if HTTPS else ("session", "form")
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
X_FRAME_OPTIONS = "DENY"
PROXIED = _flag("ZARAGOZA_PROXY")  # a reverse proxy stands before it and says how, and by whom, it was asked
if PROXIED:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}}
]
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "account_login", "contributions", "/"
ACCOUNT_ADAPTER = "zaragoza.web.accounts.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a letter when password, address or second factor change
ACCOUNT_CHANGE_EMAIL = ACCOUNT_REAUTHENTICATION_REQUIRED = ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if PROXIED else 0
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Zaragoza"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds that clocks may differ
INSTITUTIONS = _institutions(DATA / "openid.toml")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"APPS": INSTITUTIONS, "provider_class": "zaragoza.web.accounts.institution.Provider"}
}
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "mandatory"  # unless the institution says that the address was confirmed

ADDRESS = os.environ.get("ZARAGOZA_ADDRESS", "").rstrip("/") or (  # where letters say that the site is
    f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0]}"
)
globals().update(_mail(os.environ.get("ZARAGOZA_MAIL", "")))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("ZARAGOZA_MAIL_FROM", "zaragoza@localhost")
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}  # `python -m zaragoza.web work` does them

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF, *(_origin(each["settings"]["server_url"]) for each in INSTITUTIONS)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024  # words and selections; a form with files may be larger by these
UPLOAD_BYTES = 16 * 1024**2  # of a form with its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {  # what a stranger asks wrongly is answered, not logged
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
