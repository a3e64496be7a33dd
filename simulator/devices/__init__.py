"""The devices of the lanes: a small physical model of each, served on the real protocols."""
