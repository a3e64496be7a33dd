"""The bad orders of events, forced: each race in every order that its two requests can have."""
