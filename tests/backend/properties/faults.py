"""Faults that a transaction meets, as the driver reports them."""

from enum import StrEnum

from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

from tests.backend.interleaving import Point, Watch


class Fault(StrEnum):
    """What goes wrong with the next transaction, once."""

    TRANSIENT = "its commit fails with TransientTransactionError: the driver runs it again"
    UNKNOWN = "its commit succeeds, the driver hears UnknownTransactionCommitResult and commits again"
    BEFORE = "the connection is lost before its commit: nothing is stored, the client hears nothing"
    AFTER = "the connection is lost after its commit: all is stored, the client hears nothing"


class Faults(Watch):
    """Breaks one transaction when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.next: Fault | None = None
        self.met = 0

    async def passes(self, point: Point) -> None:
        """Fail here, if that is what comes next."""
        await super().passes(point)
        before = self.next in {Fault.TRANSIENT, Fault.BEFORE}
        if self.next is None or point is not (Point.BEFORE_COMMIT if before else Point.AFTER_COMMIT):
            return
        fault, self.next = self.next, None
        self.met += 1
        if before:
            await self.abort()
        raise _error(fault)


def _error(fault: Fault) -> PyMongoError:
    if fault in {Fault.BEFORE, Fault.AFTER}:
        return AutoReconnect("connection closed (a test's fault)")
    label = "TransientTransactionError" if fault is Fault.TRANSIENT else "UnknownTransactionCommitResult"
    return OperationFailure("a test's fault", 91, {"errorLabels": [label]})
