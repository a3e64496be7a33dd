"""What several images of one vehicle say together of one declared number; the same at lane and hub.

1. One MISMATCH stands, whatever other images say: the first one counts.
2. A MATCH counts where at least as many images matched as read one and the same near twin, a number that differs from
   the declared one in a single character. So one lucky image among many does not clear a vehicle that the others take
   for its twin.
3. Otherwise the number is UNSURE: the image that read the twin most often read counts, else the first image.

The order in which images come in changes no verdict.
"""

from collections import Counter
from collections.abc import Sequence

from core.passages.lane import SubjectFact, Verdict

MOST_KEPT = 32
"""So many images of one number are kept; a passage has a handful."""

_HOMES = frozenset("港澳")


def near_twin(declared: str, read: str | None) -> bool:
    """Whether what was read differs from the declared number in one character.

    港 and 澳 are often inferred and not read: they make no twin.
    """
    if read is None or len(read) != len(declared):
        return False
    pairs = [pair for pair in zip(declared, read, strict=True) if pair[0] != pair[1]]
    return len(pairs) == 1 and not _HOMES.issuperset(pairs[0])


def together(facts: Sequence[SubjectFact]) -> SubjectFact | None:
    """Return the fact that counts among all images' facts on one declared number; None where there are none."""
    mismatches = [fact for fact in facts if fact.verdict is Verdict.MISMATCH]
    if mismatches:
        return mismatches[0]
    matches = [fact for fact in facts if fact.verdict is Verdict.MATCH]
    unsure = [fact for fact in facts if fact.verdict is Verdict.UNSURE]
    twins = [fact for fact in unsure if near_twin(fact.declared, fact.read)]
    [(twin, images)] = Counter(fact.read for fact in twins).most_common(1) or [(None, 0)]
    if matches and len(matches) >= images:
        return matches[0]
    if twins:
        return next(fact for fact in twins if fact.read == twin)
    return unsure[0] if unsure else None


def kept(facts: Sequence[SubjectFact]) -> tuple[SubjectFact, ...]:
    """Return those of one number's facts that may yet count; the others are one more UNSURE among others.

    A fact that repeats one, of the same image, is none.
    """
    weighty = [
        fact
        for index, fact in enumerate(facts)
        if fact not in facts[:index]
        and (fact.verdict is not Verdict.UNSURE or near_twin(fact.declared, fact.read))
    ]
    first = [fact for fact in facts if fact not in weighty][:1]
    return (*weighty[:MOST_KEPT], *first)
