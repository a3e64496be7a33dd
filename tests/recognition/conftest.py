"""The recogniser with its real models, loaded once."""

import pytest

from recognition import models
from recognition.pipeline import Recogniser
from recognition.settings import Settings


@pytest.fixture(scope="session")
def recogniser() -> Recogniser:
    """The models that scripts/setup lays out; a missing one fails the tests and names itself."""
    return models.load(Settings().model_folder)
