"""The record as others can check it: signed heads outside the database, the proof of the log, its export."""
