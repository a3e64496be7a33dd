"""To whom the hub shows images as they are: nobody's hands but those that the blurring of exports need not reach."""

from backend.captures.model import Capture, CaptureState, CaptureView, Evidence
from backend.captures.policy import sees, sees_evidence
from backend.kit.context import Actor
from core.roles import Role


def test_no_role_beyond_officer_lane_worker_and_the_photos_own_driver_is_ever_shown_an_image(
    api: object,
) -> None:
    """Whoever is added here is shown people's faces: blur for him what the hub serves (recognition.faces)."""
    photo = Capture.model_construct(
        id="photo", lane_id=None, owner_id="somebody", view=CaptureView.DRIVER_PHOTO, state=CaptureState.READ
    )
    lane = Capture.model_construct(
        id="lane", lane_id="liantang-1", owner_id=None, view=CaptureView.FRONT, state=CaptureState.READ
    )
    piece = Evidence.model_construct(id="lane-0", lane_id="liantang-1")
    everybody = {role: Actor(role, "somebody", lanes=("liantang-1",)) for role in Role}

    assert {role for role, actor in everybody.items() if sees(actor, lane)} == {
        Role.OFFICER,
        Role.WORKER,
        Role.LANE_AGENT,
    }
    assert {role for role, actor in everybody.items() if sees(actor, photo)} == {
        Role.OFFICER,
        Role.WORKER,
        Role.DRIVER,
    }
    assert {role for role, actor in everybody.items() if sees_evidence(actor, piece)} == {
        Role.OFFICER,
        Role.LANE_AGENT,
    }
