"""what is known of the links of clips, and snapshots of their stories; the copy that the public is shown.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('link_host',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('due_at', UTCDateTime(), nullable=True),
    sa.Column('free_at', UTCDateTime(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('answered_at', UTCDateTime(), nullable=True),
    sa.Column('probing', sa.Boolean(), nullable=False),
    sa.Column('nowhere_status', sa.Integer(), nullable=False),
    sa.Column('nowhere_mark', sa.String(length=16), nullable=False),
    sa.Column('nowhere_at', UTCDateTime(), nullable=True),
    sa.Column('claim', sa.String(length=36), nullable=False),
    sa.Column('claimed_until', UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_host')),
    sa.UniqueConstraint('host', name=op.f('uq_link_host_host'))
    )
    with op.batch_alter_table('link_host', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_host_answered_at'), ['answered_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_link_host_due_at'), ['due_at'], unique=False)

    op.create_table('clip_link',
    sa.Column('clip_id', sa.Integer(), nullable=False),
    sa.Column('host_id', sa.Integer(), nullable=False),
    sa.Column('url', sa.String(length=2000), nullable=False),
    sa.Column('due_at', UTCDateTime(), nullable=True),
    sa.Column('state', sa.Enum('new', 'live', 'moved', 'paywalled', 'refused', 'unchecked', 'unreachable', 'changed', 'home', 'soft-404', 'gone', name='linkstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('said', sa.String(length=500), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('failed_at', UTCDateTime(), nullable=True),
    sa.Column('final_address', sa.String(length=2000), nullable=False),
    sa.Column('mark', sa.String(length=16), nullable=False),
    sa.Column('checked_at', UTCDateTime(), nullable=True),
    sa.Column('ok_at', UTCDateTime(), nullable=True),
    sa.Column('cleared_state', sa.Enum('new', 'live', 'moved', 'paywalled', 'refused', 'unchecked', 'unreachable', 'changed', 'home', 'soft-404', 'gone', name='clearedstate', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('cleared_by_name', sa.String(length=200), nullable=False),
    sa.Column('cleared_at', UTCDateTime(), nullable=True),
    sa.Column('copy_url', sa.String(length=2000), nullable=False),
    sa.Column('copy_at', UTCDateTime(), nullable=True),
    sa.Column('copy_source', sa.String(length=20), nullable=False),
    sa.Column('copy_due_at', UTCDateTime(), nullable=True),
    sa.Column('copy_attempts', sa.Integer(), nullable=False),
    sa.Column('copy_said', sa.String(length=500), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.CheckConstraint("copy_url = '' OR copy_at IS NOT NULL", name=op.f('ck_clip_link_copy')),
    sa.ForeignKeyConstraint(['clip_id'], ['clip.id'], name=op.f('fk_clip_link_clip_id_clip'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['host_id'], ['link_host.id'], name=op.f('fk_clip_link_host_id_link_host')),
    sa.PrimaryKeyConstraint('clip_id', name=op.f('pk_clip_link'))
    )
    with op.batch_alter_table('clip_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clip_link_copy_due_at'), ['copy_due_at'], unique=False)
        batch_op.create_index('ix_clip_link_host_id_due_at', ['host_id', 'due_at'], unique=False)
        batch_op.create_index('ix_clip_link_state_checked_at', ['state', 'checked_at'], unique=False)

    op.create_table('clip_link_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('clip_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('new', 'live', 'moved', 'paywalled', 'refused', 'unchecked', 'unreachable', 'changed', 'home', 'soft-404', 'gone', name='checkstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('said', sa.String(length=500), nullable=False),
    sa.Column('address', sa.String(length=2000), nullable=False),
    sa.Column('first_at', UTCDateTime(), nullable=False),
    sa.Column('last_at', UTCDateTime(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['clip_id'], ['clip.id'], name=op.f('fk_clip_link_check_clip_id_clip'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clip_link_check'))
    )
    with op.batch_alter_table('clip_link_check', schema=None) as batch_op:
        batch_op.create_index('ix_clip_link_check_clip_id_id', ['clip_id', 'id'], unique=False)

    op.create_table('clip_snapshot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('clip_id', sa.Integer(), nullable=False),
    sa.Column('taken_at', UTCDateTime(), nullable=False),
    sa.Column('url', sa.String(length=2000), nullable=False),
    sa.Column('address', sa.String(length=2000), nullable=False),
    sa.Column('title', sa.String(length=1000), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('whole', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['clip_id'], ['clip.id'], name=op.f('fk_clip_snapshot_clip_id_clip'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clip_snapshot'))
    )
    with op.batch_alter_table('clip_snapshot', schema=None) as batch_op:
        batch_op.create_index('ix_clip_snapshot_clip_id_id', ['clip_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_clip_snapshot_sha256'), ['sha256'], unique=False)

    with op.batch_alter_table('clip', schema=None) as batch_op:
        batch_op.add_column(sa.Column('copy_url', sa.String(length=2000), server_default='', nullable=False))
        batch_op.add_column(sa.Column('copy_at', UTCDateTime(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('clip', schema=None) as batch_op:
        batch_op.drop_column('copy_at')
        batch_op.drop_column('copy_url')

    with op.batch_alter_table('clip_snapshot', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_snapshot_sha256'))
        batch_op.drop_index('ix_clip_snapshot_clip_id_id')

    op.drop_table('clip_snapshot')
    with op.batch_alter_table('clip_link_check', schema=None) as batch_op:
        batch_op.drop_index('ix_clip_link_check_clip_id_id')

    op.drop_table('clip_link_check')
    with op.batch_alter_table('clip_link', schema=None) as batch_op:
        batch_op.drop_index('ix_clip_link_state_checked_at')
        batch_op.drop_index('ix_clip_link_host_id_due_at')
        batch_op.drop_index(batch_op.f('ix_clip_link_copy_due_at'))

    op.drop_table('clip_link')
    with op.batch_alter_table('link_host', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_link_host_due_at'))
        batch_op.drop_index(batch_op.f('ix_link_host_answered_at'))

    op.drop_table('link_host')
