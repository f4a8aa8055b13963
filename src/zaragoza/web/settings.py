"""Settings of the site, from the environment; without any it serves one machine from a folder of its own."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
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


def _secret_key() -> str:
    """The environment's, that of the site's folder, or one of this process alone, as nothing is signed without it."""
    given = os.environ.get("ZARAGOZA_SECRET_KEY", "")
    if given or not SECRET_FILE.is_file():
        return given or secrets.token_urlsafe(50)
    return SECRET_FILE.read_text(encoding="ascii")


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
    "django.contrib.staticfiles",
    "csp",
    "ninja",
    "zaragoza.web.releases",
    "zaragoza.web.promises",
]
MIDDLEWARE = [  # what only adds headers stands first, so that refusals and files have them as well
    "zaragoza.web.limits.headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "zaragoza.web.limits.limits",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "zaragoza.web.urls"
WSGI_APPLICATION = "zaragoza.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HERE / "templates", HERE.parent / "publish" / "templates"],
        "OPTIONS": {"environment": "zaragoza.web.environment.environment"},
    }
]
# Pages of a release never change, so that a rendered one can be kept; each worker keeps its own.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": _number("ZARAGOZA_PAGES_KEPT", 600)},
    }
}

API_REQUESTS_A_MINUTE = _number("ZARAGOZA_API_LIMIT", 600)  # of one address; 0: no limit

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("nl", "Nederlands")]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # what packages bring is served from where they lie

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
X_FRAME_OPTIONS = "DENY"
PROXIED = _flag("ZARAGOZA_PROXY")  # a reverse proxy stands before it and says how, and by whom, it was asked
if PROXIED:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SILENCED_SYSTEM_CHECKS = ["security.W003"]  # no page has a form that changes something, so none can be forged
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024  # nothing is uploaded: only words and selections come in
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
