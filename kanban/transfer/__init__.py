"""Boards coming in and going out."""
