"""Reverse mode: from core to the source of the function that computes gradients."""
