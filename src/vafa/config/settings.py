"""Django settings: everything from the environment, and nonsense refused at start.

VAFA_HOME      data folder (embedded database, secret key); default: the user's data folder
DATABASE_URL   any PostgreSQL 15+; without it the embedded one in VAFA_HOME serves
DATABASE_OWNER_URL  the owner's address of the same database, where DATABASE_URL's role owns nothing
VAFA_APP_ROLE  name of the role made beside an owner's DATABASE_URL; "off" for none
VAFA_MODE      production (default) | demo | test | development
VAFA_HOSTS     comma-separated host names that the server answers to
VAFA_URL       where people find this installation ("https://club.example.com"), for addresses in texts
VAFA_HTTPS     1 when a proxy in front speaks HTTPS (secure cookies, HSTS)
VAFA_SMS       1 when text messages of a club with an account go out in other modes than production too
VAFA_PROXIES   how many proxies of one's own stand in front and add to X-Forwarded-For; default: 0
"""

from __future__ import annotations

import os
from pathlib import Path

from vafa.config.database import database_settings, owner_settings
from vafa.config.home import data_home, secret_key

BASE_DIR = Path(__file__).resolve().parents[1]
MODE = os.environ.get("VAFA_MODE", "production")
if MODE not in {"production", "demo", "test", "development"}:
    raise SystemExit(f"VAFA_MODE={MODE!r}: use production, demo, test or development")
HOME = data_home()
SECRET_KEY = secret_key(HOME)
DEBUG = MODE == "development"
HTTPS = os.environ.get("VAFA_HTTPS", "") == "1"
# Whose word on a visitor's address is believed: nobody's, unless the operator says so.
_PROXIES = os.environ.get("VAFA_PROXIES", "0")
if _PROXIES not in tuple("0123456789"):
    raise SystemExit(f"VAFA_PROXIES={_PROXIES!r}: use a number from 0 to 9")
PROXIES = int(_PROXIES)
ALLOWED_HOSTS = [
    h for h in os.environ.get("VAFA_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",") if h
]
PUBLIC_URL = os.environ.get("VAFA_URL", "").rstrip("/")
if PUBLIC_URL and not PUBLIC_URL.startswith(("https://", "http://")):
    raise SystemExit(f"VAFA_URL={PUBLIC_URL!r}: use an address such as https://club.example.com")
# The page that shows one-time codes and messages exists only where nobody real is written to.
OUTBOX_PAGE = MODE in {"demo", "test", "development"}
# Whether a club's account at a provider of text messages is used.
REAL_MESSAGES = MODE == "production" or os.environ.get("VAFA_SMS", "") == "1"
# Whether roles that must have a second step of the login are led to set it up before all else.
SECOND_FACTOR = MODE == "production"
# Where the providers' APIs begin.
SMS_URLS = {
    "kavenegar": "https://api.kavenegar.com/v1/",
    "smsir": "https://api.sms.ir/v1/",
}

INSTALLED_APPS = [
    "vafa.web.shared",  # first: its Persian of Django's own sentences is preferred
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "lucide",
    "ninja",
    "vafa.core",
    "vafa.ledger",
    "vafa.club",
    "vafa.commerce",
    "vafa.audience",
    "vafa.program",
    "vafa.engage",
    "vafa.insight",
    "vafa.web.api",
    "vafa.web.panel",
    "vafa.web.till",
    "vafa.web.portal",
    "vafa.web.site",
    "vafa.config",
]
AUTH_USER_MODEL = "club.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The API carries a bearer key and needs none of the cookie machinery: a request to it
# passes only SecurityMiddleware and the switch; pages pass the whole of FACE_MIDDLEWARE.
MIDDLEWARE = [
    "vafa.config.middleware.FaceMiddleware",
]
FACE_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # For slow lines: less than half as long. Tokens are masked and lengths padded in each answer.
    "django.middleware.gzip.GZipMiddleware",
    "vafa.config.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Before anything reads a form: the check of its token does, behind this list.
    "vafa.web.shared.uploads.FilesOfStaffAlone",
    "vafa.web.shared.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "vafa.web.shared.errors.DomainErrorMiddleware",
]
CSRF_FAILURE_VIEW = "vafa.web.shared.errors.csrf_failure"
ROOT_URLCONF = "vafa.config.urls"
WSGI_APPLICATION = "vafa.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vafa.web.shared.context.page",
            ],
            "builtins": ["vafa.web.shared.templatetags.vafa"],
        },
    }
]

# Everything runs as the application, which owns nothing; migrations run as the owner.
DATABASES = {"default": database_settings(HOME), "owner": owner_settings(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Each installed room may bring periodic work in its jobs.py.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LANGUAGE_CODE = "fa"
LANGUAGES = [("fa", "فارسی"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
# The build puts a hash into every name there.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/build/"
WHITENOISE_AUTOREFRESH = MODE in {"development", "test"}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = ["vafa.web.shared.uploads.OrdinaryUpload"]
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("VAFA_LOG", "WARNING")},
}
