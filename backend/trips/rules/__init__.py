"""The rules of a declaration: each broken one with its code, its field and its sentence's values. Pure.

`catalogue` lists them all; the files beside it hold them by subject.
"""

from backend.trips.rules.case import PLACE
from backend.trips.rules.catalogue import LISTED, OTHER_TRIP, RULES
from backend.trips.rules.codes import ANCHORS, examine_anchors, voucher_validity
from backend.trips.rules.declared import Declared
from backend.trips.rules.examination import Examination, canonical, examine
from backend.trips.rules.rule import Rule, Subject

__all__ = [
    "ANCHORS",
    "LISTED",
    "OTHER_TRIP",
    "PLACE",
    "RULES",
    "Declared",
    "Examination",
    "Rule",
    "Subject",
    "canonical",
    "examine",
    "examine_anchors",
    "voucher_validity",
]
