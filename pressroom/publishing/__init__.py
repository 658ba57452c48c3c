"""The gate: what is public, to whom, and from when; and the edition, which counts public changes."""

from pressroom.publishing.gate import NOW as NOW
from pressroom.publishing.gate import GateError as GateError
from pressroom.publishing.gate import Part as Part
from pressroom.publishing.gate import Publishable as Publishable
from pressroom.publishing.gate import Read as Read
from pressroom.publishing.gate import StaffOnly as StaffOnly
from pressroom.publishing.gate import StaffRead as StaffRead
from pressroom.publishing.gate import init_app as init_app
from pressroom.publishing.gate import opens as opens
from pressroom.publishing.gate import shown_by as shown_by
from pressroom.publishing.gate import withdrawal_notice as withdrawal_notice
from pressroom.publishing.gate import withdrawal_notices as withdrawal_notices
from pressroom.publishing.viewer import Viewer as Viewer
from pressroom.publishing.viewer import as_staff as as_staff
from pressroom.publishing.viewer import current_viewer as current_viewer
from pressroom.publishing.viewer import open_to_staff as open_to_staff
