"""Work that a request does not wait for. The work itself is rows; huey only wakes the worker.

``kill -9`` loses a huey task whatever its ``retries`` say, so nothing is kept in one: a task looks for rows whose
time has come, and a sweeper does so every minute.
"""

from pressroom.jobs.work import Work as Work
from pressroom.jobs.work import in_turn as in_turn
from pressroom.jobs.work import init_app as init_app
from pressroom.jobs.work import periodic as periodic
from pressroom.jobs.work import sweep as sweep
from pressroom.jobs.work import wake as wake
