"""Durable Jactl scripts for Trio."""
