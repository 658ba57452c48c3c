"""triage: rules, which of them fit, what was decided in one act.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('clip_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('must', sa.Text(), nullable=False),
    sa.Column('any_of', sa.Text(), nullable=False),
    sa.Column('never', sa.Text(), nullable=False),
    sa.Column('people', sa.Text(), nullable=False),
    sa.Column('dois', sa.Text(), nullable=False),
    sa.Column('outlets', sa.Text(), nullable=False),
    sa.Column('every_source', sa.Boolean(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('does', sa.Enum('score', 'accept', 'reject', name='ruledoes', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('made_with', sa.String(length=36), nullable=False),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('updated_at', UTCDateTime(), nullable=False),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_clip_rule_name')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clip_rule'))
    )
    with op.batch_alter_table('clip_rule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clip_rule_made_with'), ['made_with'], unique=False)

    op.create_table('clip_rule_source',
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['rule_id'], ['clip_rule.id'], name=op.f('fk_clip_rule_source_rule_id_clip_rule'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['source_id'], ['clip_source.id'], name=op.f('fk_clip_rule_source_source_id_clip_source'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('rule_id', 'source_id', name=op.f('pk_clip_rule_source'))
    )
    with op.batch_alter_table('clip_rule_source', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clip_rule_source_source_id'), ['source_id'], unique=False)

    op.create_table('clip_candidate_rule',
    sa.Column('candidate_id', sa.Integer(), nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['candidate_id'], ['clip_candidate.id'], name=op.f('fk_clip_candidate_rule_candidate_id_clip_candidate'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['rule_id'], ['clip_rule.id'], name=op.f('fk_clip_candidate_rule_rule_id_clip_rule'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('candidate_id', 'rule_id', name=op.f('pk_clip_candidate_rule'))
    )
    with op.batch_alter_table('clip_candidate_rule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clip_candidate_rule_rule_id'), ['rule_id'], unique=False)

    with op.batch_alter_table('clip_candidate', schema=None) as batch_op:
        batch_op.add_column(sa.Column('scored_with', sa.Integer(), server_default='-1', nullable=False))
        batch_op.add_column(sa.Column('nearest_alike', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('decided_with', sa.String(length=36), server_default='', nullable=False))
        batch_op.add_column(sa.Column('rule_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('by_hand', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index(batch_op.f('ix_clip_candidate_decided_at'), ['decided_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_clip_candidate_decided_with'), ['decided_with'], unique=False)
        batch_op.create_index(batch_op.f('ix_clip_candidate_rule_id'), ['rule_id'], unique=False)
        batch_op.create_index('ix_clip_candidate_state_scored_with', ['state', 'scored_with'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_clip_candidate_rule_id_clip_rule'), 'clip_rule', ['rule_id'], ['id'], ondelete='SET NULL')



def downgrade() -> None:
    with op.batch_alter_table('clip_candidate', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_clip_candidate_rule_id_clip_rule'), type_='foreignkey')
        batch_op.drop_index('ix_clip_candidate_state_scored_with')
        batch_op.drop_index(batch_op.f('ix_clip_candidate_rule_id'))
        batch_op.drop_index(batch_op.f('ix_clip_candidate_decided_with'))
        batch_op.drop_index(batch_op.f('ix_clip_candidate_decided_at'))
        batch_op.drop_column('by_hand')
        batch_op.drop_column('rule_id')
        batch_op.drop_column('decided_with')
        batch_op.drop_column('nearest_alike')
        batch_op.drop_column('scored_with')

    with op.batch_alter_table('clip_candidate_rule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_candidate_rule_rule_id'))

    op.drop_table('clip_candidate_rule')
    with op.batch_alter_table('clip_rule_source', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_rule_source_source_id'))

    op.drop_table('clip_rule_source')
    with op.batch_alter_table('clip_rule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_rule_made_with'))

    op.drop_table('clip_rule')
