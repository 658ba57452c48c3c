"""Reading an address that somebody typed or that stood in a file of others, without being led inside.

Who may type an address can otherwise make the server ask its own network: the database's port, a cloud's table of
keys, a printer. So a name is resolved once, each address that comes back must be one of the public internet, and the
connection goes to just the address that was checked; a second question could be answered with another one. Redirects
begin again from there. Size, unpacked size, time and redirects have an end, whatever the other side does.

No proxies of the environment, no cookies, no passwords; certificates are checked.
"""

from pressroom.kit.fetch.fetching import Fetched as Fetched
from pressroom.kit.fetch.fetching import Fetcher as Fetcher
from pressroom.kit.fetch.fetching import codec as codec
from pressroom.kit.fetch.fetching import fetcher as fetcher
from pressroom.kit.fetch.fetching import get as get
from pressroom.kit.fetch.fetching import init_app as init_app
from pressroom.kit.fetch.targets import FetchError as FetchError
from pressroom.kit.fetch.targets import NoSiteError as NoSiteError
from pressroom.kit.fetch.targets import is_global as is_global
