"""passkeys and failed tries.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.add_column(sa.Column('passkey_handle', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('failed_tries', sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_user_passkey_handle'), ['passkey_handle'])

    op.create_table('passkey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('host', sa.String(length=253), nullable=False),
    sa.Column('credential_id', sa.String(length=1364), nullable=False),
    sa.Column('public_key', sa.Text(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('transports', sa.String(length=100), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('last_used_at', UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_passkey_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id'))
    )
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passkey_user_id'), ['user_id'], unique=False)

    op.create_table('used_challenge',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('ends_at', UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_used_challenge'))
    )
    with op.batch_alter_table('used_challenge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_used_challenge_ends_at'), ['ends_at'], unique=False)

    with op.batch_alter_table('device_session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('failed_before', sa.Integer(), nullable=True))

    op.execute('UPDATE "user" SET failed_tries = 0')
    op.execute('UPDATE device_session SET failed_before = 0')
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.alter_column('failed_tries', existing_type=sa.Integer(), nullable=False)

    with op.batch_alter_table('device_session', schema=None) as batch_op:
        batch_op.alter_column('failed_before', existing_type=sa.Integer(), nullable=False)

    op.create_table('failed_try',
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('object_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('what', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('begun_at', UTCDateTime(), nullable=False),
    sa.Column('last_at', UTCDateTime(), nullable=False),
    sa.Column('networks', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'object_id', 'what', name=op.f('pk_failed_try'))
    )
    with op.batch_alter_table('failed_try', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_failed_try_begun_at'), ['begun_at'], unique=False)

    op.create_table('journalist_link_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('at', UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journalist_link_request'))
    )


def downgrade() -> None:
    op.drop_table('journalist_link_request')
    op.drop_table('failed_try')
    with op.batch_alter_table('device_session', schema=None) as batch_op:
        batch_op.drop_column('failed_before')

    op.drop_table('used_challenge')
    op.drop_table('passkey')
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_user_passkey_handle'), type_='unique')
        batch_op.drop_column('passkey_handle')
        batch_op.drop_column('failed_tries')
