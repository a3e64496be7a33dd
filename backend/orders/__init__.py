"""Work orders: what a carrier asks a driver to carry, and the one-time link that brings it to him."""
