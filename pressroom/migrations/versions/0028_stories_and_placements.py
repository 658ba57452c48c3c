"""stories and their placements, and what people said of them.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('clip_story',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('first_on', sa.Integer(), nullable=False),
    sa.Column('last_on', sa.Integer(), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('updated_at', UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clip_story')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('clip_story', schema=None) as batch_op:
        batch_op.create_index('ix_clip_story_last_on', ['last_on', 'id'], unique=False)

    op.create_table('clip_story_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=True),
    sa.Column('act', sa.Enum('join', 'split', 'original', name='story_act', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('title', sa.String(length=500), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.Column('apart', sa.JSON(), nullable=False),
    sa.Column('at', UTCDateTime(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.Column('undone_at', UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['story_id'], ['clip_story.id'], name=op.f('fk_clip_story_change_story_id_clip_story'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clip_story_change'))
    )
    with op.batch_alter_table('clip_story_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clip_story_change_story_id'), ['story_id'], unique=False)

    op.create_table('clip_alias',
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('clip_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['clip_id'], ['clip.id'], name=op.f('fk_clip_alias_clip_id_clip'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('fingerprint', name=op.f('pk_clip_alias'))
    )
    with op.batch_alter_table('clip_alias', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clip_alias_clip_id'), ['clip_id'], unique=False)

    op.create_table('clip_apart',
    sa.Column('clip_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('other_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.CheckConstraint('clip_id < other_id', name=op.f('ck_clip_apart_order')),
    sa.ForeignKeyConstraint(['clip_id'], ['clip.id'], name=op.f('fk_clip_apart_clip_id_clip'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['clip.id'], name=op.f('fk_clip_apart_other_id_clip'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('clip_id', 'other_id', name=op.f('pk_clip_apart'))
    )
    with op.batch_alter_table('clip_apart', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clip_apart_other_id'), ['other_id'], unique=False)

    op.create_table('clip_placement',
    sa.Column('clip_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Enum('likeness', 'address', 'hand', name='reason', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('original', sa.Boolean(), nullable=False),
    sa.Column('chosen', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['clip_id'], ['clip.id'], name=op.f('fk_clip_placement_clip_id_clip'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['story_id'], ['clip_story.id'], name=op.f('fk_clip_placement_story_id_clip_story'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('clip_id', name=op.f('pk_clip_placement')),
    info={'link': True}
    )
    with op.batch_alter_table('clip_placement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clip_placement_reason'), ['reason'], unique=False)
        batch_op.create_index(batch_op.f('ix_clip_placement_story_id'), ['story_id'], unique=False)

    op.create_table('clip_print',
    sa.Column('clip_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('whole', sa.BigInteger(), nullable=False),
    sa.Column('headline', sa.BigInteger(), nullable=False),
    sa.Column('excerpt', sa.BigInteger(), nullable=False),
    sa.Column('letters', sa.Integer(), nullable=False),
    sa.Column('excerpt_letters', sa.Integer(), nullable=False),
    sa.Column('numbers', sa.String(length=200), nullable=False),
    sa.Column('outlet', sa.Integer(), nullable=False),
    sa.Column('waits', sa.Boolean(), nullable=False),
    sa.Column('headline_1', sa.Integer(), nullable=False),
    sa.Column('headline_2', sa.Integer(), nullable=False),
    sa.Column('headline_3', sa.Integer(), nullable=False),
    sa.Column('headline_4', sa.Integer(), nullable=False),
    sa.Column('headline_5', sa.Integer(), nullable=False),
    sa.Column('headline_6', sa.Integer(), nullable=False),
    sa.Column('excerpt_1', sa.Integer(), nullable=True),
    sa.Column('excerpt_2', sa.Integer(), nullable=True),
    sa.Column('excerpt_3', sa.Integer(), nullable=True),
    sa.Column('excerpt_4', sa.Integer(), nullable=True),
    sa.Column('excerpt_5', sa.Integer(), nullable=True),
    sa.Column('excerpt_6', sa.Integer(), nullable=True),
    sa.Column('excerpt_7', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['clip_id'], ['clip.id'], name=op.f('fk_clip_print_clip_id_clip'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('clip_id', name=op.f('pk_clip_print'))
    )
    with op.batch_alter_table('clip_print', schema=None) as batch_op:
        batch_op.create_index('ix_clip_print_excerpt_1', ['excerpt_1', 'day'], unique=False)
        batch_op.create_index('ix_clip_print_excerpt_2', ['excerpt_2', 'day'], unique=False)
        batch_op.create_index('ix_clip_print_excerpt_3', ['excerpt_3', 'day'], unique=False)
        batch_op.create_index('ix_clip_print_excerpt_4', ['excerpt_4', 'day'], unique=False)
        batch_op.create_index('ix_clip_print_excerpt_5', ['excerpt_5', 'day'], unique=False)
        batch_op.create_index('ix_clip_print_excerpt_6', ['excerpt_6', 'day'], unique=False)
        batch_op.create_index('ix_clip_print_excerpt_7', ['excerpt_7', 'day'], unique=False)
        batch_op.create_index('ix_clip_print_headline_1', ['headline_1', 'day'], unique=False)
        batch_op.create_index('ix_clip_print_headline_2', ['headline_2', 'day'], unique=False)
        batch_op.create_index('ix_clip_print_headline_3', ['headline_3', 'day'], unique=False)
        batch_op.create_index('ix_clip_print_headline_4', ['headline_4', 'day'], unique=False)
        batch_op.create_index('ix_clip_print_headline_5', ['headline_5', 'day'], unique=False)
        batch_op.create_index('ix_clip_print_headline_6', ['headline_6', 'day'], unique=False)
        batch_op.create_index('ix_clip_print_version', ['version', 'clip_id'], unique=False)
        batch_op.create_index('ix_clip_print_waits', ['waits', 'clip_id'], unique=False)

    op.create_table('clip_release_refused',
    sa.Column('clip_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('release_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', UTCDateTime(), nullable=False),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['clip_id'], ['clip.id'], name=op.f('fk_clip_release_refused_clip_id_clip'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['release_id'], ['press_release.id'], name=op.f('fk_clip_release_refused_release_id_press_release'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('clip_id', 'release_id', name=op.f('pk_clip_release_refused'))
    )
    with op.batch_alter_table('clip_release_refused', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clip_release_refused_release_id'), ['release_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('clip_release_refused', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_release_refused_release_id'))

    op.drop_table('clip_release_refused')
    with op.batch_alter_table('clip_print', schema=None) as batch_op:
        batch_op.drop_index('ix_clip_print_waits')
        batch_op.drop_index('ix_clip_print_version')
        batch_op.drop_index('ix_clip_print_headline_6')
        batch_op.drop_index('ix_clip_print_headline_5')
        batch_op.drop_index('ix_clip_print_headline_4')
        batch_op.drop_index('ix_clip_print_headline_3')
        batch_op.drop_index('ix_clip_print_headline_2')
        batch_op.drop_index('ix_clip_print_headline_1')
        batch_op.drop_index('ix_clip_print_excerpt_7')
        batch_op.drop_index('ix_clip_print_excerpt_6')
        batch_op.drop_index('ix_clip_print_excerpt_5')
        batch_op.drop_index('ix_clip_print_excerpt_4')
        batch_op.drop_index('ix_clip_print_excerpt_3')
        batch_op.drop_index('ix_clip_print_excerpt_2')
        batch_op.drop_index('ix_clip_print_excerpt_1')

    op.drop_table('clip_print')
    with op.batch_alter_table('clip_placement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_placement_story_id'))
        batch_op.drop_index(batch_op.f('ix_clip_placement_reason'))

    op.drop_table('clip_placement')
    with op.batch_alter_table('clip_apart', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_apart_other_id'))

    op.drop_table('clip_apart')
    with op.batch_alter_table('clip_alias', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_alias_clip_id'))

    op.drop_table('clip_alias')
    with op.batch_alter_table('clip_story_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_story_change_story_id'))

    op.drop_table('clip_story_change')
    with op.batch_alter_table('clip_story', schema=None) as batch_op:
        batch_op.drop_index('ix_clip_story_last_on')

    op.drop_table('clip_story')
