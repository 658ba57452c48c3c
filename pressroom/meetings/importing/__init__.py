"""Sessions and abstracts of a meeting from a CSV file: columns guessed, problems by line, undone as a whole."""
