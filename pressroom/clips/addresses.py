"""Web addresses of clips: which are taken, and when two are the same.

Canonical here means: fit to tell whether two people found the same story. It is compared, never followed;
the clip keeps the address as it was found.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

LONGEST = 2000
VERSION = 2
"""Of the canonical form: fingerprints of clips are made from it, and ``stories.renewing`` makes old ones anew."""

# What campaigns, mailings, social networks and shops of links add. It never says which story is meant.
_TRACKING = re.compile(
    r"(?:utm_\w+|pk_\w+|mtm_\w+|matomo_\w+|piwik_\w+|hsa_\w+|at_(?:medium|campaign|custom\d*|link_\w+|ptr_name|format|"
    r"bbc_team|campaign_type)|itm_\w+|wt_mc|wt\.mc_id|xtor|icid|ito|ncid|cmp|cmpid|cid_\w+|emci|emdi|ceid|"
    r"fbclid|fb_(?:action_ids|action_types|ref|source|comment_id)|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|twclid|"
    r"ttclid|li_fat_id|igshid|igsh|yclid|ysclid|_openstat|epik|rdt_cid|scid|sc_cid|srsltid|gad_source|gad_campaignid|"
    r"mc_cid|mc_eid|_hsenc|_hsmi|__hstc|__hssc|__hsfp|hsctatracking|mkt_tok|vero_id|vero_conv|oly_anon_id|oly_enc_id|"
    r"rb_clickid|s_cid|s_kwcid|ef_id|elqtrack\w*|elqcampaignid|trk_\w+|trkcampaign|sr_share|share_type|sharetype|"
    r"ns_campaign|ns_mchannel|ns_source|ns_linkname|ns_fee|ocid|smid|smtyp|smprod|guccounter|guce_referrer\w*|"
    r"_ga|_gl|taid|ftag|mbid|soc_src|soc_trk|ref_src|ref_url|referringsource|spm|nr_email_referer|__twitter_impression|"
    r"mod_email|ct_trk|dicbo|obOrigUrl|outputtype|tracking_source|campaign_id|wprov|feature=(?:share|youtu\.be|emb_\w+))",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}
_ESCAPE = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]")


class AddressError(ValueError):
    """A text is no address that a clip may link to; the message says what is wrong."""


def checked(text: str) -> str:
    """*text* as an address that may stand in a link.

    Raises:
        AddressError: it is not an http or https address with a host, or it is too long.
    """
    address = text.strip()
    if len(address) > LONGEST:
        raise AddressError(f"the address has {len(address):,} characters; {LONGEST:,} is the most")
    parts = _split(address)
    if parts is None or parts.scheme.lower() not in _PORTS:
        raise AddressError(f"“{_shown(address)}” is no web address: it has to begin with https:// or http://")
    if not parts.hostname or _FORBIDDEN.search(address):
        raise AddressError(f"“{_shown(address)}” is no web address: check it for spaces and missing parts")
    return address


def canonical(address: str) -> str:
    """*address* in the form that is compared; the same for two spellings of one place. Never raises.

    What only leads to it is unwrapped (:func:`target`). Then: scheme and host in lower case, https for http; the host
    without ``www.``, ``m.``, ``mobile.``, ``touch.`` or ``amp.``; no default port, fragment, last slash, page that a
    folder shows by itself, marks of AMP, or parameters that only track. Other parameters stay, in their order.
    A text that is no address is given back without spaces round it.
    """
    for _ in range(_MOST_ROUNDS):  # what was taken away may uncover more: a wrapper behind a mobile host
        before, address = address, _plainer(address.strip())
        if address == before:
            break
    return address


_MOST_ROUNDS = 10


def _plainer(address: str) -> str:
    bare = target(address).strip()
    parts = _web(bare)
    if parts is None:
        return bare
    query = "&".join(pair for pair in parts.query.split("&") if _tells(pair))
    place, path = _place(parts), _path(_ESCAPE.sub(lambda escape: escape[0].upper(), parts.path))
    if place == "youtu.be" and (video := re.fullmatch(r"/([\w-]{6,20})", path)):
        place, path, query = "youtube.com", "/watch", "&".join(filter(None, (f"v={video[1]}", query)))
    return f"https://{place}{path}" + (f"?{query}" if query else "")


def host(address: str) -> str:
    """The host of *address* without ``www.``, to name an outlet by; empty if there is none."""
    parts = _split(address.strip())
    return (parts.hostname or "").removeprefix("www.").rstrip(".") if parts else ""


def own(address: str, said: str) -> str:
    """What a page at *address* calls its own address, whole, where that is another one of its site; else empty.

    The copy of a wire story names the agency's page, which is another clip; and a first page is no story. Never raises.
    """
    try:
        told = checked(urljoin(address, said.strip()))
        here, there = canonical(address), canonical(told)
        parts = urlsplit(there)
    except ValueError:
        return ""
    is_other = host(here) == host(there) and here != there
    return told if is_other and (parts.path or parts.query) else ""


# What only leads to an address ---------------------------------------------------------------------------


_MOST_WRAPS = 5
_WRAPPERS: tuple[tuple[re.Pattern[str], re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"(?:www\.|news\.)?google\.[a-z.]{2,6}"), re.compile(r"/url/?"), ("url", "q")),
    (re.compile(r"(?:l|lm|m|www)\.facebook\.com"), re.compile(r"/(?:l|flx/warn/?|flx/warn)(?:\.php)?/?"), ("u",)),
    (re.compile(r"l\.(?:instagram|messenger|threads)\.(?:com|net)"), re.compile(r"/.*"), ("u",)),
    (re.compile(r"[a-z0-9.-]+\.safelinks\.protection\.outlook\.com"), re.compile(r"/.*"), ("url",)),
    (re.compile(r"(?:www\.)?linkedin\.com"), re.compile(r"/(?:redir/redirect|safety/go)/?"), ("url",)),
    (re.compile(r"(?:www\.)?bing\.com"), re.compile(r"/(?:news/apiclick|alink/link)(?:\.aspx)?"), ("url",)),
    (re.compile(r"(?:www\.)?youtube\.com"), re.compile(r"/redirect"), ("q",)),
    (re.compile(r"out\.reddit\.com|slack-redir\.net|duckduckgo\.com"), re.compile(r"/(?:link|l/?)?"), ("url", "uddg")),
    (re.compile(r"(?:away\.)?vk\.com"), re.compile(r"/away\.php"), ("to",)),
)  # fmt: skip
_GOOGLE_AMP = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}")
_AMP_CACHE = re.compile(r"[a-z0-9-]+\.cdn\.ampproject\.org|cdn\.ampproject\.org|[a-z0-9-]+\.bing-amp\.com")


def target(address: str) -> str:
    """The address that *address* only leads to: of a search engine, a network, a mail filter, an AMP cache.

    Any other is given back as it is. Never raises.
    """
    for _ in range(_MOST_WRAPS):
        inside = _unwrapped(address)
        if not inside or _web(inside) is None:
            break
        address = inside
    return address


def _unwrapped(address: str) -> str:
    parts = _web(address)
    if parts is None:
        return ""
    name = (parts.hostname or "").rstrip(".")
    for hosts, paths, names in _WRAPPERS:
        if hosts.fullmatch(name) and paths.fullmatch(parts.path):
            return _parameter(parts.query, names)
    if (_GOOGLE_AMP.fullmatch(name) and parts.path.startswith("/amp/")) or _AMP_CACHE.fullmatch(name):
        return _within_amp(parts)
    return ""


def _parameter(query: str, names: tuple[str, ...]) -> str:
    """The address that a parameter of one of *names* holds."""
    given = dict(pair.partition("=")[::2] for pair in reversed(query.split("&")))
    return next((unquote(given[name]).strip() for name in names if given.get(name)), "")


def _within_amp(parts: SplitResult) -> str:
    """The address in the path of an AMP cache: ``/c/s/host/path``, or Google's ``/amp/s/host/path``."""
    found = re.fullmatch(r"/(?:amp|c|v|i|r|ii|wp)/(?:(s)/)?(.+)", parts.path, re.DOTALL)
    if found is None:
        return ""
    rest = unquote(found[2]) if "%2f" in found[2].lower() else found[2]
    bare = re.sub(r"^https?:/+", "", rest)
    return f"http{found[1] or ''}://{bare}" + (f"?{parts.query}" if parts.query else "")


# The parts -----------------------------------------------------------------------------------------------


_MOBILE = re.compile(r"(?:www|m|mobile|touch|amp|mobil)\.(?=[^.]+\.[^.])")
_MOBILE_BEHIND = re.compile(r"^([a-z-]{2,12})\.m\.(?=[^.]+\.[^.])")  # of an encyclopedia: en.m.
_AMP_PAIR = re.compile(r"(?:amp|amp_js_v|amp_gsa|amp_markup|usqp|outputtype|noamp|isamp|is_amp)(?:=.*)?", re.I | re.S)
_AMP_ANSWER = re.compile(r"(?:output|view|mode|type|layout|template)=amp", re.IGNORECASE)
_AMP_PATH: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^/amp/(?=.)"), "/"),
    (re.compile(r"/(?:amp|amp\.html|amp\.php)$", re.I), ""),
    (re.compile(r"\.amp(?=\.html?$)|\.amp$", re.I), ""),
    (re.compile(r"(?<=[\w-]{3})[-_]amp(?=\.html?$)", re.I), ""),
)
_DEFAULT_PAGE = re.compile(r"/(?:index|default)\.(?:html?|php\d?|aspx?|jsp|cfm|shtml)$", re.IGNORECASE)


def _tells(pair: str) -> bool:
    """Whether a parameter may say which story is meant."""
    if not pair:
        return False
    tracks = _TRACKING.fullmatch(pair.partition("=")[0]) or _TRACKING.fullmatch(pair)
    return not (tracks or _AMP_PAIR.fullmatch(pair) or _AMP_ANSWER.fullmatch(pair))


def _path(path: str) -> str:
    """Without last slashes, AMP's marks and the page that a folder shows; as often as there are any."""
    before = None
    while before != path:
        before, path = path, _DEFAULT_PAGE.sub("", path.rstrip("/"))
        for mark, by in _AMP_PATH:
            path = mark.sub(by, path)
    return path


def _place(parts: SplitResult) -> str:
    """Host in lower case without what only chooses a form of the page, with a port that is not the scheme's own."""
    name = (parts.hostname or "").rstrip(".")
    while found := _MOBILE.match(name):
        name = name[found.end() :]
    name = _MOBILE_BEHIND.sub(r"\1.", name)
    name = f"[{name}]" if ":" in name else name
    return name if parts.port in (None, *_PORTS.values()) else f"{name}:{parts.port}"


def _web(address: str) -> SplitResult | None:
    """The parts of *address*; None when it is none of the web."""
    parts = _split(address)
    return parts if parts and parts.scheme.lower() in _PORTS and parts.hostname else None


def _split(address: str) -> SplitResult | None:
    """The parts of *address*; None when they cannot be told apart (a port that is no number)."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _shown(address: str) -> str:
    return address if len(address) <= 60 else address[:59] + "…"
