"""when a subscriber of the hub was told last, and what went wrong then.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('websub_subscription', sa.Column('told_at', UTCDateTime(), nullable=True))
    op.add_column('websub_subscription', sa.Column('problem', sa.String(length=300), nullable=False, server_default=''))


def downgrade() -> None:
    with op.batch_alter_table('websub_subscription', schema=None) as batch_op:
        batch_op.drop_column('problem')
        batch_op.drop_column('told_at')
