"""Every setting of the hub, typed and read once from the environment (prefix CLEARLANE_)."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from core.states import Agency

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(BaseSettings):
    """Settings of one API process. A missing or wrong one stops start-up by name."""

    model_config = SettingsConfigDict(env_prefix="CLEARLANE_", extra="ignore", frozen=True)

    mongodb_uri: str = Field(description="MongoDB replica set; scripts/run provides the embedded one")
    database: str = Field(default="clearlane", description="database name")
    database_seconds: float = Field(
        default=3.0, gt=0, le=60, description="what the database has not answered by then gets 503: ask again"
    )
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=1, le=65535)
    demo: bool = Field(default=False, description="demo sign-in and demo data; loopback only")
    home: Path = Field(default=Path(".clearlane"), description="where keys, messages and demo files lie")
    public_url: str = Field(default="http://localhost:8000", description="address that people and links use")
    keys: Path | None = Field(default=None, description="voucher signing keys; default HOME/keys")
    heads: Path | None = Field(default=None, description="signed heads of the log; default HOME/heads")
    demo_devices: Path | None = Field(
        default=None, description="public keys of demo devices; default HOME/devices"
    )
    messages_file: Path | None = Field(
        default=None, description="demo message port; default HOME/messages.jsonl"
    )
    agencies: tuple[Agency, ...] = Field(
        default=tuple(Agency), min_length=1, description="the agencies that are present here, as a JSON list"
    )
    agency_deadline_seconds: int | None = Field(
        default=None, ge=1, description="an agency silent for so long is SILENT; unset: each its own"
    )
    agency_deadlines: dict[Agency, Annotated[int, Field(ge=1)]] = Field(
        default={}, description="seconds for single agencies, as a JSON object; before all others"
    )
    random_review_share: int = Field(
        default=20, ge=0, le=1000, description="per mille sent to an officer anyway"
    )
    voucher_hours: int = Field(
        default=24, ge=1, le=24, description="a voucher's validity; the codec allows 24 h"
    )
    session_hours: int = Field(default=12, ge=1, le=72, description="a person's sign-in")
    lane_image_days: int = Field(default=7, ge=1, le=3650, description="images of lanes are kept for so long")
    driver_photo_days: int = Field(default=30, ge=1, le=3650, description="drivers' photos of their papers")
    unreadable_image_days: int = Field(
        default=30, ge=1, le=3650, description="images no worker could read, from the last attempt on"
    )
    evidence_days: int = Field(
        default=180,
        ge=1,
        le=3650,
        description="cut-outs of what a verdict rests on; not below LANE_IMAGE_DAYS",
    )
    drain_seconds: float = Field(
        default=2.0, ge=0, le=60, description="told to stop, it serves on for so long: a balancer turns away"
    )
    pages: Path = Field(default=Path("pwa/dist"), description="built pages of the apps")
    secrets: Path | None = Field(
        default=None, description="a folder with a file for each setting that no environment should show"
    )
    trusted_proxies: str = Field(
        default="127.0.0.1", description="who may say by X-Forwarded-* whom a request is from; * for anybody"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the folder is a setting of its own
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what neither caller nor environment say from CLEARLANE_SECRETS: `clearlane_mongodb_uri`, ..."""
        told = (init_settings, env_settings, dotenv_settings)
        folder = os.environ.get("CLEARLANE_SECRETS")
        return (*told, SecretsSettingsSource(settings_cls, secrets_dir=folder)) if folder else told

    @model_validator(mode="after")
    def demo_stays_at_home(self) -> "Settings":
        """Demo mode signs anybody in, so it may listen on loopback only."""
        if self.demo and self.host not in LOOPBACK:
            raise ValueError(
                f"CLEARLANE_DEMO=true refuses CLEARLANE_HOST={self.host}: demo mode is for loopback only"
            )
        return self

    @model_validator(mode="after")
    def evidence_outlives_images(self) -> "Settings":
        """A cut-out is what is left of an image, so it cannot go before it."""
        if self.evidence_days < self.lane_image_days:
            raise ValueError(
                "CLEARLANE_EVIDENCE_DAYS is below CLEARLANE_LANE_IMAGE_DAYS: evidence outlives its image"
            )
        return self

    @property
    def keys_directory(self) -> Path:
        """Folder of the voucher signing keys."""
        return self.keys or self.home / "keys"

    @property
    def heads_directory(self) -> Path:
        """Folder of the signed heads of the event log, outside the database they bear witness to."""
        return self.heads or self.home / "heads"

    @property
    def demo_devices_directory(self) -> Path:
        """Folder where demo devices leave their public keys."""
        return self.demo_devices or self.home / "devices"

    @property
    def messages_path(self) -> Path:
        """File that stands for the message gateway in demo mode."""
        return self.messages_file or self.home / "messages.jsonl"
