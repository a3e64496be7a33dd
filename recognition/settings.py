"""The settings of the reader and the worker: environment variables with the prefix CLEARLANE_."""

from pathlib import Path

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read once at start."""

    model_config = SettingsConfigDict(env_prefix="CLEARLANE_", extra="ignore")

    hub_url: str = "http://localhost:8000"
    home: Path = Path(".clearlane")
    models: Path | None = None
    """Where the ONNX models lie; by default `models` under `home`."""
    demo_devices: Path | None = None
    """In the demo the worker leaves its public key here; by default `devices` under `home`."""
    worker_id: str = Field(
        default="worker-1", validation_alias=AliasChoices("CLEARLANE_WORKER_ID", "worker_id")
    )
    recognition_threads: int = Field(default=1, ge=1, le=64)

    @property
    def model_folder(self) -> Path:
        """The folder of the ONNX models."""
        return self.models or self.home / "models"

    @property
    def device_folder(self) -> Path:
        """The folder the hub enrols demo devices from."""
        return self.demo_devices or self.home / "devices"

    @property
    def alive_file(self) -> Path:
        """The file that is touched each time the worker has looked for a capture: by it a health check knows."""
        return self.home / "worker" / f"{self.worker_id}.alive"

    @property
    def key_file(self) -> Path:
        """The worker's private key (PEM)."""
        return self.home / "worker" / f"{self.worker_id}.pem"
