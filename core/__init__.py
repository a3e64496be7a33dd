"""The pure heart of Clearlane: identifiers, codes, states and the decision; no I/O and no framework."""
