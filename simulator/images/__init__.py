"""Drawn lane images: trucks with their plates and container doors, as the cameras of a lane see them."""

from simulator.images.scenes import photograph

__all__ = ["photograph"]
