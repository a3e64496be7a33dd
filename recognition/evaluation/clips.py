"""Images that are frames of one visit: what their readings, voted together, say after each frame."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recognition.evaluation.measuring import Measured
from recognition.voting import vote

FEWEST = 3


@dataclass(frozen=True)
class Clip:
    """Of the frames of one visit: whether, after each, exactly its container (or its plates) was elected first."""

    name: str
    right: tuple[bool, ...]

    @property
    def settled(self) -> bool:
        """Whether it is right from the third frame on."""
        return all(self.right[FEWEST - 1 :])

    def as_text(self) -> str:
        """A line of the result: a tick or a cross a frame."""
        marks = "".join("✓" if right else "✗" for right in self.right)
        word = "right" if self.settled else "not right"
        return f"clip {self.name} | {len(self.right)} frames | {marks} | {word} from the third on"

    def as_json(self) -> dict[str, object]:
        """The same as an object."""
        return {"clip": self.name, "right_after_frame": list(self.right), "right_from_third": self.settled}


def clips(images: Sequence[Measured]) -> Iterable[Clip]:
    """The clips among the images, in order: those of one set and group, of three frames and more."""
    groups: dict[tuple[str, str], list[Measured]] = {}
    for image in images:
        if image.truth.group:
            groups.setdefault((image.truth.folder, image.truth.group), []).append(image)
    for (folder, group), frames in groups.items():
        if len(frames) >= FEWEST:
            yield Clip(
                f"{folder}/{group}", tuple(_right_after(frames, count) for count in range(1, len(frames) + 1))
            )


def _right_after(frames: Sequence[Measured], count: int) -> bool:
    voted = vote([frame.readings for frame in frames[:count]])
    truth = frames[0].truth
    if truth.containers:
        elected = [number.text for number in voted.containers[: len(truth.containers)]]
        return set(elected) == set(truth.containers)
    return {plate.text for plate in voted.plates[: len(truth.plates)]} == set(truth.plates)
