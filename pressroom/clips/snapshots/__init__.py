"""The page of a story as it was when its clip came in: its text and a cleaned file, for staff only."""
