"""Who signs in at the hub: a device by its key, a demo account, a session that exists already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.hub.answers import PROBLEM
from core.identity import device_assertion

Variables: TypeAlias = Mapping[str, Any]

SIGN_IN_FIELDS = f"""__typename
  ... on Session {{ token viewer {{ expiresAt }} }}
  {PROBLEM}"""


class Credentials(Protocol):
    """Who signs in: how the one mutation that opens a session is asked."""

    def sign_in(self, now: datetime) -> tuple[str, Variables] | None:
        """Return document and variables whose root field is a `SignInResult`, or None to stay anonymous."""

    def given_token(self) -> str | None:
        """Return a bearer token that needs no sign-in, or None."""


@dataclass(frozen=True)
class DeviceCredentials:
    """A lane agent or a worker: an Ed25519 key signs an assertion of 60 seconds."""

    device_id: str
    private_key: Ed25519PrivateKey = field(repr=False)

    def sign_in(self, now: datetime) -> tuple[str, Variables] | None:
        """Return `deviceSignIn` with a fresh assertion."""
        document = (
            f"mutation ($assertion: String!) {{ deviceSignIn(assertion: $assertion) {{ {SIGN_IN_FIELDS} }} }}"
        )
        return document, {"assertion": device_assertion(self.device_id, self.private_key, now)}

    def given_token(self) -> str | None:
        """Return None: a device always signs in."""
        return None


@dataclass(frozen=True)
class DemoCredentials:
    """A demo account (demo mode only)."""

    role: str
    account_id: str | None = None

    def sign_in(self, now: datetime) -> tuple[str, Variables] | None:  # noqa: ARG002 - part of the protocol
        """Return `demoSignIn` for the role; an account id chooses among several of one role."""
        document = (
            f"mutation ($input: DemoSignInInput!) {{ demoSignIn(input: $input) {{ {SIGN_IN_FIELDS} }} }}"
        )
        return document, {"input": {"role": self.role, "accountId": self.account_id}}

    def given_token(self) -> str | None:
        """Return None: a demo account signs in."""
        return None


@dataclass(frozen=True)
class TokenCredentials:
    """A session that exists already (a driver's, from the one-time link); without a token nobody."""

    token: str | None = field(default=None, repr=False)

    def sign_in(self, now: datetime) -> tuple[str, Variables] | None:  # noqa: ARG002 - part of the protocol
        """Return None: there is nothing to sign in with."""
        return None

    def given_token(self) -> str | None:
        """Return the session's token."""
        return self.token
