"""The hub as one state machine: whatever comes in whatever order, its promises hold after every step."""
