"""What nobody should be able to make slow: each is asked as a page asks it."""

from __future__ import annotations

from benchmarks.corpus import vocabulary
from pressroom.search.documents import Query


def bad_input() -> dict[str, Query]:
    """Questions by what is wrong with them."""
    words = vocabulary()
    return {
        "a misspelt word, the first one after opening": Query(text=f"{words[5_000]}x"),  # the speller is made
        "10,000 characters, one word": Query(text="a" * 10_000),
        "10,000 characters, words": Query(text=" ".join(words[:2_000])[:10_000]),
        "500 terms": Query(text=" ".join(words[30:530])),
        "500 terms with OR": Query(text=" OR ".join(words[30:530])),
        "the 32 most frequent words with OR": Query(text=" OR ".join(words[:32])),
        "the 32 most frequent words as a phrase": Query(text=f'"{" ".join(words[:32])}"'),
        "a phrase of two very frequent words": Query(text='"the of"'),
        "32 refused words": Query(text=" ".join(f"-{word}" for word in words[:32])),
        "a star": Query(text="*"),
        "a letter and a star": Query(text="s*"),
        "two letters and a star": Query(text="st*"),
        "32 short prefixes with OR": Query(text=" OR ".join(f"{a}{b}*" for a in "bdfglmps" for b in "aeio")),
        "5,000 opening brackets": Query(text="(" * 5_000 + "gene"),
        "2,500 brackets, closed": Query(text="(" * 2_500 + "gene" + ")" * 2_500),
        "groups in groups with OR and NOT": Query(text="(a OR (b NOT (c OR (d NOT " * 40 + "the"),
        "one quotation mark": Query(text='"' + " ".join(words[:200])),
        "5,000 quotation marks": Query(text='"' * 5_000),
        "operators only": Query(text="AND OR NOT " * 500),
        "control characters": Query(text="".join(map(chr, range(32))) * 100),
        "right to left, emoji": Query(text="\u202eשלום 🧬🧬 \u200fعالم " * 200),
        "SQL": Query(text="'; DROP TABLE clip; -- \" OR 1=1"),
        "a date that no calendar has": Query(text="2019-13-45..9999-99-99 before:0000 after:99999"),
        "misspelt words": Query(text=" ".join(f"{word}x" for word in words[5_000:5_032])),
        "an empty question": Query(text=""),
        "page -1": Query(text="the", page=-1),
        "page 1,000,000,000": Query(text="the", page=10**9),
        "an unknown order": Query(text="the", sort="'; --"),
        "a broken mark": Query(text="the", after="relevance:nan:x::"),
        "500 outlets chosen": Query(text="the", outlets=[f"The {word} Post" for word in words[:500]]),
    }
