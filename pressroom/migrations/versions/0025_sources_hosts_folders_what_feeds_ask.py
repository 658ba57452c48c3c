"""sources: hosts, folders, what feeds ask.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('clip_source_host',
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('free_at', UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_clip_source_host'))
    )
    with op.batch_alter_table('clip_source', schema=None) as batch_op:
        batch_op.add_column(sa.Column('host', sa.String(length=255), server_default='', nullable=False))
        batch_op.add_column(sa.Column('folder', sa.String(length=100), server_default='', nullable=False))
        batch_op.add_column(sa.Column('minutes', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('unread', sa.String(length=500), server_default='', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('clip_source', schema=None) as batch_op:
        batch_op.drop_column('unread')
        batch_op.drop_column('minutes')
        batch_op.drop_column('folder')
        batch_op.drop_column('host')

    op.drop_table('clip_source_host')
