"""Codes as they ought not to be, by the ten thousand: seeded, each with the words that must answer it."""
