"""The embargo audit: words planted in what is not yet public are nowhere before the lift, and everywhere after it.

It runs on a copy of the press room with a clock of its own, asks for every public address that the application
serves, and fails on an address that it cannot fill, so that a new one cannot be forgotten.
"""

from pressroom.embargo_audit.cli import init_app as init_app
from pressroom.embargo_audit.crawling import UnknownRouteError as UnknownRouteError
from pressroom.embargo_audit.crawling import addresses as addresses
from pressroom.embargo_audit.crawling import text_of as text_of
from pressroom.embargo_audit.planting import COMMON as COMMON
from pressroom.embargo_audit.planting import Planted as Planted
from pressroom.embargo_audit.planting import plant as plant
from pressroom.embargo_audit.report import Report as Report
from pressroom.embargo_audit.report import audit as audit
