"""Every expected refusal: its code for programs and its sentence for people."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from core.words import Language, WordList, render


class ProblemCode(StrEnum):
    """The one list of expected refusals, grouped by where they arise; `core/words` has their sentences."""

    # general
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    INVALID_INPUT = "INVALID_INPUT"
    TOO_LARGE = "TOO_LARGE"
    TOO_MANY = "TOO_MANY"
    KEY_REUSED = "KEY_REUSED"
    BUSY = "BUSY"
    CONFLICT = "CONFLICT"
    RATE_LIMITED = "RATE_LIMITED"
    DEMO_ONLY = "DEMO_ONLY"
    # what a program asks of the schema
    QUERY_TOO_LARGE = "QUERY_TOO_LARGE"
    QUERY_TOO_COSTLY = "QUERY_TOO_COSTLY"
    # work orders and their links
    ORDER_NOT_OPEN = "ORDER_NOT_OPEN"
    LINK_UNKNOWN = "LINK_UNKNOWN"
    LINK_USED = "LINK_USED"
    LINK_EXPIRED = "LINK_EXPIRED"
    # a file of work orders: the file itself, its cells, its import
    IMPORT_NOT_CSV = "IMPORT_NOT_CSV"
    IMPORT_ENCODING = "IMPORT_ENCODING"
    IMPORT_COLUMNS = "IMPORT_COLUMNS"
    IMPORT_BROKEN = "IMPORT_BROKEN"
    IMPORT_EMPTY = "IMPORT_EMPTY"
    IMPORT_TOO_MANY_ROWS = "IMPORT_TOO_MANY_ROWS"
    IMPORTS_UNFINISHED = "IMPORTS_UNFINISHED"
    IMPORT_STATE = "IMPORT_STATE"
    IMPORT_HAS_ERRORS = "IMPORT_HAS_ERRORS"
    IMPORT_NOTHING_NEW = "IMPORT_NOTHING_NEW"
    IMPORT_UNDER_WAY = "IMPORT_UNDER_WAY"
    CELL_FORMULA = "CELL_FORMULA"
    CELL_ROUNDED = "CELL_ROUNDED"
    CELL_TIME = "CELL_TIME"
    CELL_DIRECTION = "CELL_DIRECTION"
    CELL_CHECKPOINT = "CELL_CHECKPOINT"
    ROW_TOO_LONG = "ROW_TOO_LONG"
    REFERENCE_TWICE = "REFERENCE_TWICE"
    REFERENCE_TAKEN = "REFERENCE_TAKEN"
    # rules of a declaration
    FIELD_REQUIRED = "FIELD_REQUIRED"
    FIELD_TOO_LONG = "FIELD_TOO_LONG"
    PLATE_INVALID = "PLATE_INVALID"
    PLATE_DUPLICATE = "PLATE_DUPLICATE"
    PLATE_HOME_MISSING = "PLATE_HOME_MISSING"
    PLATE_PAIR_MISMATCH = "PLATE_PAIR_MISMATCH"
    JURISDICTION_MISSING = "JURISDICTION_MISSING"
    CONTAINER_FORMAT = "CONTAINER_FORMAT"
    CONTAINER_CHECK_DIGIT = "CONTAINER_CHECK_DIGIT"
    CONTAINER_DUPLICATE = "CONTAINER_DUPLICATE"
    SEAL_FORMAT = "SEAL_FORMAT"
    SEAL_DUPLICATE = "SEAL_DUPLICATE"
    SEAL_WITHOUT_CONTAINER = "SEAL_WITHOUT_CONTAINER"
    PHONE_INVALID = "PHONE_INVALID"
    CONTACT_MISSING = "CONTACT_MISSING"
    DIRECTION_MISSING = "DIRECTION_MISSING"
    WINDOW_MISSING = "WINDOW_MISSING"
    WINDOW_PAST = "WINDOW_PAST"
    WINDOW_TOO_FAR = "WINDOW_TOO_FAR"
    WINDOW_TOO_LONG = "WINDOW_TOO_LONG"
    WINDOW_ORDER = "WINDOW_ORDER"
    HEALTH_MISSING = "HEALTH_MISSING"
    CREW_INVALID = "CREW_INVALID"
    TRIP_DUPLICATE = "TRIP_DUPLICATE"
    COUNTRY_UNKNOWN = "COUNTRY_UNKNOWN"
    # trips and clearances
    TRIP_NOT_DRAFT = "TRIP_NOT_DRAFT"
    TRIP_NOT_UNDER_REVIEW = "TRIP_NOT_UNDER_REVIEW"
    TRIP_NOT_APPROVED = "TRIP_NOT_APPROVED"
    TRIP_STATE = "TRIP_STATE"
    CLEARANCE_NOT_YOURS = "CLEARANCE_NOT_YOURS"
    CLEARANCE_DECIDED = "CLEARANCE_DECIDED"
    HOLD_REASON_MISSING = "HOLD_REASON_MISSING"
    HOLD_BEFORE_ARRIVAL = "HOLD_BEFORE_ARRIVAL"
    REASON_MISSING = "REASON_MISSING"
    QUESTION_MISSING = "QUESTION_MISSING"
    ANSWER_MISSING = "ANSWER_MISSING"
    QUESTION_OPEN = "QUESTION_OPEN"
    QUESTION_CLOSED = "QUESTION_CLOSED"
    QUESTIONS_TOO_MANY = "QUESTIONS_TOO_MANY"
    INSPECTION_NEED_MISSING = "INSPECTION_NEED_MISSING"
    INSPECTION_NEED_DECIDED = "INSPECTION_NEED_DECIDED"
    # the text of a code at the lane
    CODE_NOT_OURS = "CODE_NOT_OURS"
    CODE_MALFORMED = "CODE_MALFORMED"
    CODE_FORGED = "CODE_FORGED"
    CODE_KEY_UNKNOWN = "CODE_KEY_UNKNOWN"
    CODE_KEY_REVOKED = "CODE_KEY_REVOKED"
    CODE_EXPIRED = "CODE_EXPIRED"
    CODE_NOT_YET = "CODE_NOT_YET"
    LIVE_MISSING = "LIVE_MISSING"
    LIVE_STALE = "LIVE_STALE"
    LIVE_FORGED = "LIVE_FORGED"
    LIVE_AHEAD = "LIVE_AHEAD"
    CODE_WRONG_CHECKPOINT = "CODE_WRONG_CHECKPOINT"
    CODE_WRONG_LANE = "CODE_WRONG_LANE"
    CODE_REVOKED = "CODE_REVOKED"
    CODE_SUPERSEDED = "CODE_SUPERSEDED"
    CODE_SPENT = "CODE_SPENT"
    CODE_IN_USE = "CODE_IN_USE"
    CODE_PRINT_NOT_ACCEPTED = "CODE_PRINT_NOT_ACCEPTED"
    VOUCHER_STATE = "VOUCHER_STATE"
    ANCHOR_INVALID = "ANCHOR_INVALID"
    ANCHOR_REUSED = "ANCHOR_REUSED"
    # lanes and passages
    LANE_CLOSED = "LANE_CLOSED"
    LANE_OCCUPIED = "LANE_OCCUPIED"
    PASSAGE_NOT_OPEN = "PASSAGE_NOT_OPEN"
    PASSAGE_STATE = "PASSAGE_STATE"
    NOT_RELEASABLE = "NOT_RELEASABLE"
    BAY_UNKNOWN = "BAY_UNKNOWN"
    BAY_TAKEN = "BAY_TAKEN"
    BARRIER_UNKNOWN = "BARRIER_UNKNOWN"
    # lane images and photos
    IMAGE_TYPE = "IMAGE_TYPE"
    IMAGE_BROKEN = "IMAGE_BROKEN"
    IMAGE_TOO_LARGE = "IMAGE_TOO_LARGE"
    IMAGE_TOO_MANY_PIXELS = "IMAGE_TOO_MANY_PIXELS"
    CAPTURE_LEASE_LOST = "CAPTURE_LEASE_LOST"


def sentence(code: ProblemCode, args: Mapping[str, str], language: str = Language.EN) -> str:
    """Return what a driver or an officer reads: what is the case, and what to do."""
    return render(WordList.PROBLEMS, code, args, language)


class Refusal(Exception):
    """An expected refusal: a code, the path of the input field it points at, values for the sentence."""

    def __init__(
        self, code: ProblemCode, *, path: Sequence[str] = (), args: Mapping[str, str] | None = None
    ) -> None:
        self.code = code
        self.path = tuple(path)
        self._named_args = dict(args or {})
        super().__init__(sentence(code, self._named_args))

    @property
    def message(self) -> str:
        """The English sentence."""
        return sentence(self.code, self._named_args)

    # The field is called `args` in the schema; the tuple of BaseException has no reader here.
    @property
    def args(self) -> dict[str, str]:  # type: ignore[override]
        """Named values of the sentence, so that every app can say it in its own language."""
        return dict(self._named_args)

    def at(self, *path: str) -> "Refusal":
        """Return the same refusal, pointing at an input field."""
        return Refusal(self.code, path=path, args=self._named_args)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.code, self.path, self._named_args)


def _rebuild(code: ProblemCode, path: tuple[str, ...], args: dict[str, str]) -> Refusal:
    return Refusal(code, path=path, args=args)
