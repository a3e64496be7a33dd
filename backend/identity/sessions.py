"""Values of a sign-in: who, with which token, until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.identity.model import Account
from core.roles import Role
from core.states import Agency
from core.words import Language

DEVICE_TOKEN_LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Person:
    """Whoever can sign in: a person, an agency's desk, or a device with its lanes."""

    id: str
    role: Role
    name: str
    organisation: str | None = None
    agency: Agency | None = None
    lanes: tuple[str, ...] = ()
    language: Language = Language.EN

    @classmethod
    def of(cls, account: Account) -> "Person":
        """Read an account."""
        return cls(
            id=account.id,
            role=account.role,
            name=account.name,
            organisation=account.organisation,
            agency=account.agency,
            language=account.language,
        )


@dataclass(frozen=True)
class StartedSession:
    """A fresh sign-in; the token is told once."""

    token: str
    person: Person
    expires_at: datetime
