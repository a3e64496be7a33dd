"""How long images are kept: each class its own time, set by the operator; a change concerns new images only."""

from datetime import datetime, timedelta
from enum import StrEnum

from backend.settings import Settings


class ImageClass(StrEnum):
    """Why an image is kept, which decides for how long."""

    LANE = "LANE"
    DRIVER_PHOTO = "DRIVER_PHOTO"
    UNREADABLE = "UNREADABLE"
    EVIDENCE = "EVIDENCE"


def kept_until(settings: Settings, image_class: ImageClass, now: datetime) -> datetime:
    """Return when an image of this class that is stored, or comes into it, at `now` is to be gone."""
    days = {
        ImageClass.LANE: settings.lane_image_days,
        ImageClass.DRIVER_PHOTO: settings.driver_photo_days,
        ImageClass.UNREADABLE: settings.unreadable_image_days,
        ImageClass.EVIDENCE: settings.evidence_days,
    }
    return now + timedelta(days=days[image_class])
