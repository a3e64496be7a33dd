"""Tests of the lane agent."""
