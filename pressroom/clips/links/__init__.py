"""Whether the stories that clips link to are still there, and the archive's copy where one is not."""
