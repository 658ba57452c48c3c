"""The sample press room: content written by us from facts, marked as a sample on every page.

People, studies and outlets are invented; the outlets live under ``.example``. Facts about the society are those of
its public fact sheet, in our own words. Dates are counted from the moment of loading.
"""

from pressroom.sample.accreditation import EMAIL as JOURNALIST_EMAIL
from pressroom.sample.accreditation import PASSWORD as JOURNALIST_PASSWORD
from pressroom.sample.load import EMAIL as EMAIL
from pressroom.sample.load import PASSWORD as PASSWORD
from pressroom.sample.load import load as load

__all__ = ["EMAIL", "JOURNALIST_EMAIL", "JOURNALIST_PASSWORD", "PASSWORD", "load"]
