"""Tests of the simulated port."""
