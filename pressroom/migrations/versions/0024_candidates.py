"""sources, candidates; which import brought a clip, and the instant at which it appeared.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('clip_source',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=2000), nullable=False),
    sa.Column('former_address', sa.String(length=2000), nullable=False),
    sa.Column('site', sa.String(length=2000), nullable=False),
    sa.Column('outlet_id', sa.Integer(), nullable=True),
    sa.Column('into', sa.Enum('archive', 'triage', name='importinto', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('state', sa.Enum('active', 'paused', 'gone', name='sourcestate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('due_at', UTCDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('etag', sa.String(length=500), nullable=False),
    sa.Column('last_modified', sa.String(length=100), nullable=False),
    sa.Column('checked_at', UTCDateTime(), nullable=True),
    sa.Column('read_at', UTCDateTime(), nullable=True),
    sa.Column('problem', sa.String(length=500), nullable=False),
    sa.Column('claim', sa.String(length=36), nullable=False),
    sa.Column('claimed_until', UTCDateTime(), nullable=True),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.CheckConstraint('length(address) > 0', name=op.f('ck_clip_source_address')),
    sa.ForeignKeyConstraint(['outlet_id'], ['outlet.id'], name=op.f('fk_clip_source_outlet_id_outlet'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clip_source')),
    sa.UniqueConstraint('address', name=op.f('uq_clip_source_address'))
    )
    with op.batch_alter_table('clip_source', schema=None) as batch_op:
        batch_op.create_index('ix_clip_source_due_at', ['due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_clip_source_outlet_id'), ['outlet_id'], unique=False)

    op.create_table('clip_candidate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=True),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('external_id', sa.String(length=500), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('headline', sa.String(length=500), nullable=False),
    sa.Column('outlet', sa.String(length=200), nullable=False),
    sa.Column('byline', sa.String(length=300), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('published_at', UTCDateTime(), nullable=True),
    sa.Column('url', sa.String(length=2000), nullable=False),
    sa.Column('excerpt', sa.Text(), nullable=False),
    sa.Column('medium', sa.Enum('online', 'print', 'radio', 'television', 'podcast', 'wire', 'other', name='medium', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('featured', sa.Boolean(), nullable=False),
    sa.Column('release_ids', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'accepted', 'rejected', 'merged', name='candidatestate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('nearest_clip_id', sa.Integer(), nullable=True),
    sa.Column('clip_id', sa.Integer(), nullable=True),
    sa.Column('decision', sa.String(length=200), nullable=False),
    sa.Column('decided_at', UTCDateTime(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_by_name', sa.String(length=200), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.CheckConstraint('length(headline) > 0', name=op.f('ck_clip_candidate_headline')),
    sa.ForeignKeyConstraint(['clip_id'], ['clip.id'], name=op.f('fk_clip_candidate_clip_id_clip'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['import_id'], ['clip_import.id'], name=op.f('fk_clip_candidate_import_id_clip_import'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['nearest_clip_id'], ['clip.id'], name=op.f('fk_clip_candidate_nearest_clip_id_clip'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['source_id'], ['clip_source.id'], name=op.f('fk_clip_candidate_source_id_clip_source'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clip_candidate')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_clip_candidate_fingerprint'))
    )
    with op.batch_alter_table('clip_candidate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clip_candidate_clip_id'), ['clip_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_clip_candidate_import_id'), ['import_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_clip_candidate_nearest_clip_id'), ['nearest_clip_id'], unique=False)
        batch_op.create_index('ix_clip_candidate_source_external', ['source_id', 'external_id'], unique=False)
        batch_op.create_index('ix_clip_candidate_state_score', ['state', 'score', 'id'], unique=False)

    with op.batch_alter_table('clip', schema=None) as batch_op:
        batch_op.add_column(sa.Column('published_at', UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('import_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_clip_import_id'), ['import_id'], unique=False)

    with op.batch_alter_table('clip_import', schema=None) as batch_op:
        batch_op.add_column(sa.Column('format', sa.String(length=20), server_default='table', nullable=False))
        batch_op.add_column(sa.Column('into', sa.Enum('archive', 'triage', name='importinto', native_enum=False, create_constraint=True, length=20), server_default='archive', nullable=False))
        batch_op.add_column(sa.Column('source_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_clip_import_source_id'), ['source_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_clip_import_source_id_clip_source'), 'clip_source', ['source_id'], ['id'], ondelete='SET NULL')



def downgrade() -> None:
    with op.batch_alter_table('clip_import', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_clip_import_source_id_clip_source'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_clip_import_source_id'))
        batch_op.drop_column('source_id')
        batch_op.drop_column('into')
        batch_op.drop_column('format')

    with op.batch_alter_table('clip', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_import_id'))
        batch_op.drop_column('import_id')
        batch_op.drop_column('published_at')

    with op.batch_alter_table('clip_candidate', schema=None) as batch_op:
        batch_op.drop_index('ix_clip_candidate_state_score')
        batch_op.drop_index('ix_clip_candidate_source_external')
        batch_op.drop_index(batch_op.f('ix_clip_candidate_nearest_clip_id'))
        batch_op.drop_index(batch_op.f('ix_clip_candidate_import_id'))
        batch_op.drop_index(batch_op.f('ix_clip_candidate_clip_id'))

    op.drop_table('clip_candidate')
    with op.batch_alter_table('clip_source', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_source_outlet_id'))
        batch_op.drop_index('ix_clip_source_due_at')

    op.drop_table('clip_source')
