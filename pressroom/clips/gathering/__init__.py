"""How clips come in: a table is opened, its columns are guessed, its rows are read, batches are kept."""
