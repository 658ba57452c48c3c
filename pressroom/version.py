"""The version of Pressroom, written once."""

VERSION = "0.1.0"
