"""Tests of dualad."""
