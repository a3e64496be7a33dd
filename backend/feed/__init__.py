"""The subscriptions: what happens, as it happens, to whom it concerns."""
