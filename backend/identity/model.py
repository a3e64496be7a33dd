"""Accounts, devices and sign-ins as stored."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from beanie import Document
from pydantic import Field
from pymongo import ASCENDING, IndexModel

from core.roles import Role
from core.states import Agency
from core.words import Language


class App(StrEnum):
    """The front ends, each with its own cookie, so that an officer's sign-in never replaces a driver's."""

    DRIVER = "driver"
    CARRIER = "carrier"
    OFFICER = "officer"


APP_OF_ROLE = {
    Role.DRIVER: App.DRIVER,
    Role.CARRIER: App.CARRIER,
    Role.OFFICER: App.OFFICER,
    Role.AGENCY: App.OFFICER,
    Role.AUDITOR: App.OFFICER,
}


class Account(Document):
    """A person, or an agency's desk, that can sign in."""

    id: str  # type: ignore[assignment]
    role: Role
    name: str
    organisation: str | None = None
    agency: Agency | None = None
    language: Language = Language.EN

    class Settings:
        """Storage."""

        name = "accounts"


class Device(Document):
    """A lane agent or a recognition worker; `public_key` is PEM of an Ed25519 key."""

    id: str  # type: ignore[assignment]
    role: Role
    public_key: str
    lanes: list[str] = Field(default_factory=list)
    revoked_at: datetime | None = None

    class Settings:
        """Storage."""

        name = "devices"


class SignIn(Document):
    """One sign-in; its id is the SHA-256 of the token, which is stored nowhere."""

    id: str  # type: ignore[assignment]
    account_id: str
    role: Role
    name: str
    organisation: str | None = None
    agency: Agency | None = None
    lanes: list[str] = Field(default_factory=list)
    language: Language = Language.EN
    app: App | None = None
    started_at: datetime
    expires_at: datetime

    class Settings:
        """Storage."""

        name = "sign_ins"
        indexes: ClassVar[list[Any]] = [
            IndexModel("expires_at", expireAfterSeconds=0),
            IndexModel([("account_id", ASCENDING)]),
        ]


MODELS: list[type[Document]] = [Account, Device, SignIn]
