"""Benchmarks: `python -m benchmarks.systems` compares systems; the other files measure one thing each."""
