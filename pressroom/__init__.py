"""Pressroom: the press room of a scientific society, university or institute."""
