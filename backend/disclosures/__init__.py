"""Disclosures: which personal data of whom was shown to which officer or agency, and what for."""
