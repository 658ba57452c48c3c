"""several hosts, each with an index of its own.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('index_host',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('seen_at', UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_index_host'))
    )
    op.create_table('index_taken',
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('host_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['host_id'], ['index_host.id'], name=op.f('fk_index_taken_host_id_index_host'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['row_id'], ['index_queue.id'], name=op.f('fk_index_taken_row_id_index_queue'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('row_id', 'host_id', name=op.f('pk_index_taken'))
    )
    with op.batch_alter_table('index_taken', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_index_taken_host_id'), ['host_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('index_taken', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_index_taken_host_id'))

    op.drop_table('index_taken')
    op.drop_table('index_host')
