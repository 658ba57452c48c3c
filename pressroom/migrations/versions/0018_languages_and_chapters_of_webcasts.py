"""webcasts: captions in several languages, several qualities, slides, chapters.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('webcast_subtitles',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('webcast_id', sa.Integer(), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('cues', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_webcast_subtitles_asset_id_asset')),
    sa.ForeignKeyConstraint(['webcast_id'], ['webcast.id'], name=op.f('fk_webcast_subtitles_webcast_id_webcast'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webcast_subtitles')),
    sa.UniqueConstraint('webcast_id', 'language', name=op.f('uq_webcast_subtitles_webcast_id_language'))
    )
    op.create_table('webcast_quality',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('webcast_id', sa.Integer(), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_webcast_quality_asset_id_asset')),
    sa.ForeignKeyConstraint(['webcast_id'], ['webcast.id'], name=op.f('fk_webcast_quality_webcast_id_webcast'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webcast_quality')),
    sa.UniqueConstraint('webcast_id', 'asset_id', name=op.f('uq_webcast_quality_webcast_id_asset_id'))
    )
    for table in ('webcast_subtitles', 'webcast_quality'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f'ix_{table}_asset_id'), ['asset_id'], unique=False)
            batch_op.create_index(batch_op.f(f'ix_{table}_webcast_id'), ['webcast_id'], unique=False)

    op.add_column('webcast', sa.Column('language', sa.String(length=35), nullable=False, server_default=''))
    op.add_column('webcast', sa.Column('chapters', sa.JSON(), nullable=False, server_default='[]'))
    with op.batch_alter_table('webcast', schema=None) as batch_op:
        batch_op.add_column(sa.Column('slides_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_webcast_slides_id'), ['slides_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_webcast_slides_id_asset'), 'asset', ['slides_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('webcast', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_webcast_slides_id_asset'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_webcast_slides_id'))
        batch_op.drop_column('slides_id')
        batch_op.drop_column('chapters')
        batch_op.drop_column('language')
    op.drop_table('webcast_quality')
    op.drop_table('webcast_subtitles')
