"""The devices of a lane, each behind one protocol, with drivers that survive garbage, silence and floods."""
