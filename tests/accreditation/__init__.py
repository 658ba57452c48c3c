"""Journalists who read under embargo."""
