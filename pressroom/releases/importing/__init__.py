"""Old releases come in: a file is read as items, each is planned, batches are kept, and can be undone."""
