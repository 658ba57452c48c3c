"""Press registration for a meeting: the form, the checklist, letters, badges, and what is deleted after it."""
