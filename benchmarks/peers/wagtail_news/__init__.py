"""A press room as Wagtail's own tutorial builds one: pages for releases, a model for clips, search in the database."""
