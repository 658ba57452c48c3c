"""who follows feeds by WebSub, and what they are still to be told.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('websub_topic',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=500), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('told_at', UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_websub_topic')),
    sa.UniqueConstraint('address', name=op.f('uq_websub_topic_address'))
    )
    op.create_table('websub_subscription',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('callback', sa.String(length=1000), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('secret', sa.String(length=199), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('ends_at', UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['topic_id'], ['websub_topic.id'], name=op.f('fk_websub_subscription_topic_id_websub_topic'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_websub_subscription')),
    sa.UniqueConstraint('topic_id', 'callback', name=op.f('uq_websub_subscription_topic_id_callback'))
    )
    with op.batch_alter_table('websub_subscription', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_websub_subscription_ends_at'), ['ends_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_websub_subscription_host'), ['host'], unique=False)
        batch_op.create_index(batch_op.f('ix_websub_subscription_topic_id'), ['topic_id'], unique=False)

    op.create_table('websub_errand',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('subscription_id', sa.Integer(), nullable=True),
    sa.Column('mode', sa.Enum('subscribe', 'unsubscribe', name='websub_mode', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('callback', sa.String(length=1000), nullable=False),
    sa.Column('secret', sa.String(length=199), nullable=False),
    sa.Column('lease', sa.Integer(), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('due_at', UTCDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('problem', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['subscription_id'], ['websub_subscription.id'], name=op.f('fk_websub_errand_subscription_id_websub_subscription'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['topic_id'], ['websub_topic.id'], name=op.f('fk_websub_errand_topic_id_websub_topic'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_websub_errand')),
    sa.UniqueConstraint('topic_id', 'subscription_id', 'callback', name=op.f('uq_websub_errand_topic_id_subscription_id_callback'))
    )
    with op.batch_alter_table('websub_errand', schema=None) as batch_op:
        batch_op.create_index('ix_websub_errand_due_at_id', ['due_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_websub_errand_subscription_id'), ['subscription_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_websub_errand_topic_id'), ['topic_id'], unique=False)


def downgrade() -> None:
    op.drop_table('websub_errand')
    op.drop_table('websub_subscription')
    op.drop_table('websub_topic')
