"""alerts by e-mail.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('alert_subscriber',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('key', sa.String(length=43), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('quiet_from', sa.Integer(), nullable=True),
    sa.Column('quiet_until', sa.Integer(), nullable=True),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('soft_bounces', sa.Integer(), nullable=False),
    sa.Column('soft_since', UTCDateTime(), nullable=True),
    sa.Column('stopped_at', UTCDateTime(), nullable=True),
    sa.Column('stopped_why', sa.String(length=300), nullable=False),
    sa.CheckConstraint('quiet_from BETWEEN 0 AND 23', name=op.f('ck_alert_subscriber_quiet_from')),
    sa.CheckConstraint('quiet_until BETWEEN 0 AND 23', name=op.f('ck_alert_subscriber_quiet_until')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_subscriber')),
    sa.UniqueConstraint('address', name=op.f('uq_alert_subscriber_address')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_alert_subscriber_stopped_at'), 'alert_subscriber', ['stopped_at'], unique=False)
    op.create_table('alert',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subscriber_id', sa.Integer(), nullable=False),
    sa.Column('scope', sa.String(length=20), nullable=False),
    sa.Column('asked', sa.String(length=2000), nullable=False),
    sa.Column('digest', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('rhythm', sa.Enum('at-once', 'daily', 'weekly', name='rhythm', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('confirmed_at', UTCDateTime(), nullable=True),
    sa.Column('paused_at', UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['subscriber_id'], ['alert_subscriber.id'], name=op.f('fk_alert_subscriber_id_alert_subscriber'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
    sa.UniqueConstraint('subscriber_id', 'digest', name=op.f('uq_alert_subscriber_id_digest')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_alert_confirmed_at'), 'alert', ['confirmed_at'], unique=False)
    op.create_table('alert_find',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alert_id', sa.Integer(), nullable=False),
    sa.Column('subscriber_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('found_at', UTCDateTime(), nullable=False),
    sa.Column('due_at', UTCDateTime(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.Column('fingerprint', sa.BigInteger(), nullable=True),
    sa.Column('sent_at', UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_alert_find_alert_id_alert'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['subscriber_id'], ['alert_subscriber.id'], name=op.f('fk_alert_find_subscriber_id_alert_subscriber'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_find')),
    sa.UniqueConstraint('alert_id', 'kind', 'item_id', name=op.f('uq_alert_find_alert_id_kind_item_id'))
    )
    op.create_index(op.f('ix_alert_find_found_at'), 'alert_find', ['found_at'], unique=False)
    op.create_index('ix_alert_find_subscriber_id_kind_item_id', 'alert_find', ['subscriber_id', 'kind', 'item_id'], unique=False)
    op.create_index('ix_alert_find_kind_item_id', 'alert_find', ['kind', 'item_id', 'subscriber_id'], unique=False)
    op.create_index('ix_alert_find_waiting', 'alert_find', ['mail_id', 'due_at'], unique=False)
    op.create_table('alert_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('due_at', UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_change')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_alert_change_due_at'), 'alert_change', ['due_at'], unique=False)
    op.create_table('alert_correction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('release_id', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=20), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('at', UTCDateTime(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['release_id'], ['press_release.id'], name=op.f('fk_alert_correction_release_id_press_release'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_correction'))
    )
    op.create_index(op.f('ix_alert_correction_release_id'), 'alert_correction', ['release_id'], unique=False)
    op.create_table('alert_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', UTCDateTime(), nullable=False),
    sa.Column('documents', sa.Integer(), nullable=False),
    sa.Column('alerts', sa.Integer(), nullable=False),
    sa.Column('finds', sa.Integer(), nullable=False),
    sa.Column('milliseconds', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_run'))
    )
    op.create_index(op.f('ix_alert_run_at'), 'alert_run', ['at'], unique=False)
    op.create_index(op.f('ix_mail_to_address'), 'mail', ['to_address'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_mail_to_address'), table_name='mail')
    for table in ('alert_run', 'alert_correction', 'alert_change', 'alert_find', 'alert', 'alert_subscriber'):
        op.drop_table(table)
