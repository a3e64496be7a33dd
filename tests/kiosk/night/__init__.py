"""A lane through a bad night: the real controller, journal and gate, with a model of the hub, on a clock of its own."""
