"""Drawn lane images: trucks with their plates and container doors, as the cameras of a lane see them."""

from simulator.images.scenes import photograph, prepare, warm_up

__all__ = ["photograph", "prepare", "warm_up"]
