"""outlets: kind, country, rights, other names, merges; people in by-lines; pages, programmes and time codes of clips.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('clip_byline',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clip_byline')),
    sa.UniqueConstraint('text', name=op.f('uq_clip_byline_text'))
    )
    op.create_table('clip_person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clip_person'))
    )
    with op.batch_alter_table('clip_person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clip_person_name'), ['name'], unique=False)

    op.create_table('outlet_icon',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('png', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_outlet_icon'))
    )
    op.create_table('clip_person_name',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('key', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['clip_person.id'], name=op.f('fk_clip_person_name_person_id_clip_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clip_person_name')),
    sa.UniqueConstraint('key', name=op.f('uq_clip_person_name_key'))
    )
    with op.batch_alter_table('clip_person_name', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clip_person_name_person_id'), ['person_id'], unique=False)

    op.create_table('outlet_alias',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('outlet_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('key', sa.String(length=100), nullable=False),
    sa.ForeignKeyConstraint(['outlet_id'], ['outlet.id'], name=op.f('fk_outlet_alias_outlet_id_outlet'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outlet_alias')),
    sa.UniqueConstraint('key', name=op.f('uq_outlet_alias_key'))
    )
    with op.batch_alter_table('outlet_alias', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outlet_alias_outlet_id'), ['outlet_id'], unique=False)

    op.create_table('outlet_work',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('refresh', 'rename', 'merge', 'unmerge', name='workkind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('outlet_id', sa.Integer(), nullable=False),
    sa.Column('into_id', sa.Integer(), nullable=True),
    sa.Column('undoes_id', sa.Integer(), nullable=True),
    sa.Column('last_clip_id', sa.Integer(), nullable=False),
    sa.Column('clips', sa.Integer(), nullable=False),
    sa.Column('duplicates', sa.Integer(), nullable=False),
    sa.Column('claim', sa.String(length=36), nullable=False),
    sa.Column('claimed_until', UTCDateTime(), nullable=True),
    sa.Column('taken', sa.JSON(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('finished_at', UTCDateTime(), nullable=True),
    sa.Column('undone_at', UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['into_id'], ['outlet.id'], name=op.f('fk_outlet_work_into_id_outlet'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['outlet_id'], ['outlet.id'], name=op.f('fk_outlet_work_outlet_id_outlet'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['undoes_id'], ['outlet_work.id'], name=op.f('fk_outlet_work_undoes_id_outlet_work'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outlet_work'))
    )
    with op.batch_alter_table('outlet_work', schema=None) as batch_op:
        batch_op.create_index('ix_outlet_work_finished_at_id', ['finished_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_outlet_work_into_id'), ['into_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_outlet_work_outlet_id'), ['outlet_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_outlet_work_undoes_id'), ['undoes_id'], unique=False)

    op.create_table('clip_byline_name',
    sa.Column('byline_id', sa.Integer(), nullable=False),
    sa.Column('name_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['byline_id'], ['clip_byline.id'], name=op.f('fk_clip_byline_name_byline_id_clip_byline'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['name_id'], ['clip_person_name.id'], name=op.f('fk_clip_byline_name_name_id_clip_person_name'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('byline_id', 'name_id', name=op.f('pk_clip_byline_name'))
    )
    with op.batch_alter_table('clip_byline_name', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clip_byline_name_name_id'), ['name_id'], unique=False)

    op.create_table('outlet_moved',
    sa.Column('work_id', sa.Integer(), nullable=False),
    sa.Column('clip_id', sa.Integer(), nullable=False),
    sa.Column('same_as_id', sa.Integer(), nullable=True),
    sa.Column('mark_before', sa.String(length=64), nullable=False),
    sa.Column('mark_after', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['clip_id'], ['clip.id'], name=op.f('fk_outlet_moved_clip_id_clip'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['work_id'], ['outlet_work.id'], name=op.f('fk_outlet_moved_work_id_outlet_work'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('work_id', 'clip_id', name=op.f('pk_outlet_moved'))
    )
    with op.batch_alter_table('outlet_moved', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outlet_moved_clip_id'), ['clip_id'], unique=False)

    with op.batch_alter_table('clip_candidate', schema=None) as batch_op:
        batch_op.add_column(sa.Column('page', sa.String(length=40), server_default='', nullable=False))
        batch_op.add_column(sa.Column('section', sa.String(length=100), server_default='', nullable=False))
        batch_op.add_column(sa.Column('programme', sa.String(length=200), server_default='', nullable=False))
        batch_op.add_column(sa.Column('time_code', sa.String(length=8), server_default='', nullable=False))

    with op.batch_alter_table('clip', schema=None) as batch_op:
        batch_op.add_column(sa.Column('page', sa.String(length=40), server_default='', nullable=False))
        batch_op.add_column(sa.Column('section', sa.String(length=100), server_default='', nullable=False))
        batch_op.add_column(sa.Column('programme', sa.String(length=200), server_default='', nullable=False))
        batch_op.add_column(sa.Column('time_code', sa.String(length=8), server_default='', nullable=False))
        batch_op.create_index(batch_op.f('ix_clip_byline'), ['byline'], unique=False)

    with op.batch_alter_table('outlet', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=20), server_default='', nullable=False))
        batch_op.add_column(sa.Column('country', sa.String(length=2), server_default='', nullable=False))
        batch_op.add_column(sa.Column('language', sa.String(length=12), server_default='', nullable=False))
        batch_op.add_column(sa.Column('home', sa.String(length=2000), server_default='', nullable=False))
        batch_op.add_column(sa.Column('words', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('licensed_until', UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('icon', sa.String(length=64), server_default='', nullable=False))
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default='1', nullable=False))
        batch_op.create_index(batch_op.f('ix_outlet_merged_into_id'), ['merged_into_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('outlet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outlet_merged_into_id'))
        batch_op.drop_column('version')
        batch_op.drop_column('merged_into_id')
        batch_op.drop_column('icon')
        batch_op.drop_column('licensed_until')
        batch_op.drop_column('words')
        batch_op.drop_column('home')
        batch_op.drop_column('language')
        batch_op.drop_column('country')
        batch_op.drop_column('kind')

    with op.batch_alter_table('clip', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_byline'))
        batch_op.drop_column('time_code')
        batch_op.drop_column('programme')
        batch_op.drop_column('section')
        batch_op.drop_column('page')

    with op.batch_alter_table('clip_candidate', schema=None) as batch_op:
        batch_op.drop_column('time_code')
        batch_op.drop_column('programme')
        batch_op.drop_column('section')
        batch_op.drop_column('page')

    with op.batch_alter_table('outlet_moved', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outlet_moved_clip_id'))

    op.drop_table('outlet_moved')
    with op.batch_alter_table('clip_byline_name', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_byline_name_name_id'))

    op.drop_table('clip_byline_name')
    with op.batch_alter_table('outlet_work', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outlet_work_undoes_id'))
        batch_op.drop_index(batch_op.f('ix_outlet_work_outlet_id'))
        batch_op.drop_index(batch_op.f('ix_outlet_work_into_id'))
        batch_op.drop_index('ix_outlet_work_finished_at_id')

    op.drop_table('outlet_work')
    with op.batch_alter_table('outlet_alias', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outlet_alias_outlet_id'))

    op.drop_table('outlet_alias')
    with op.batch_alter_table('clip_person_name', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_person_name_person_id'))

    op.drop_table('clip_person_name')
    op.drop_table('outlet_icon')
    with op.batch_alter_table('clip_person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_person_name'))

    op.drop_table('clip_person')
    op.drop_table('clip_byline')