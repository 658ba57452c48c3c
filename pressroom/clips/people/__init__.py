"""By-lines as people, for the desk: who wrote how many, and for whom."""
