"""Doubles and drivers that several tests share."""
