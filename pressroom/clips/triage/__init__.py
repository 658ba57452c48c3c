"""What was gathered is judged: rules that staff write, a score with its reasons, a queue, decisions, their undoing."""
