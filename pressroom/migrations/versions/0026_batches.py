"""what became of each row; imports taken back; asked addresses.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

BEFORE = ('uploaded', 'waiting', 'running', 'stopped', 'done', 'failed')
STATES = (*BEFORE, 'undoing', 'undone')


def _states(members: tuple[str, ...], *, instead_of: tuple[str, ...]) -> None:
    if op.get_context().dialect.name == 'postgresql':
        name = op.f('ck_clip_import_importstate')
        op.drop_constraint(name, 'clip_import', type_='check')
        op.create_check_constraint(name, 'clip_import', sa.column('state').in_(members))
        return
    with op.batch_alter_table('clip_import') as batch_op:
        batch_op.alter_column('state', existing_type=_kind(instead_of), type_=_kind(members), existing_nullable=False)


def _kind(members: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*members, name='importstate', native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    _states(STATES, instead_of=BEFORE)
    op.create_table('clip_asked_address',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=2000), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('due_at', UTCDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('problem', sa.String(length=500), nullable=False),
    sa.Column('claim', sa.String(length=36), nullable=False),
    sa.Column('claimed_until', UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['clip_import.id'], name=op.f('fk_clip_asked_address_import_id_clip_import'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clip_asked_address'))
    )
    with op.batch_alter_table('clip_asked_address', schema=None) as batch_op:
        batch_op.create_index('ix_clip_asked_address_due_at', ['due_at'], unique=False)
        batch_op.create_index('ix_clip_asked_address_host', ['host'], unique=False)
        batch_op.create_index(batch_op.f('ix_clip_asked_address_import_id'), ['import_id'], unique=False)

    with op.batch_alter_table('clip_import', schema=None) as batch_op:
        batch_op.add_column(sa.Column('source_name', sa.String(length=200), server_default='', nullable=False))
        batch_op.add_column(sa.Column('columns', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('header_key', sa.String(length=64), server_default='', nullable=False))
        batch_op.add_column(sa.Column('undone', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('kept', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('undone_at', UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('undone_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('undone_by_name', sa.String(length=200), server_default='', nullable=False))
        batch_op.create_index('ix_clip_import_header_key', ['header_key', 'id'], unique=False)

    with op.batch_alter_table('clip_import_problem', schema=None) as batch_op:
        batch_op.add_column(sa.Column('outcome', sa.Enum('added', 'known', 'refused', name='rowoutcome', native_enum=False, create_constraint=True, length=20), server_default='refused', nullable=False))
        batch_op.add_column(sa.Column('clip_id', sa.Integer(), nullable=True))
        batch_op.create_index('ix_clip_import_problem_import_id_line', ['import_id', 'line', 'id'], unique=False)


    with op.batch_alter_table('clip_candidate', schema=None) as batch_op:
        batch_op.create_index('ix_clip_candidate_import_id_line', ['import_id', 'line'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('clip_candidate', schema=None) as batch_op:
        batch_op.drop_index('ix_clip_candidate_import_id_line')

    op.execute("UPDATE clip_import SET state = 'failed' WHERE state IN ('undoing', 'undone')")
    op.execute("DELETE FROM clip_import_problem WHERE outcome <> 'refused'")
    _states(BEFORE, instead_of=STATES)
    with op.batch_alter_table('clip_import_problem', schema=None) as batch_op:
        batch_op.drop_index('ix_clip_import_problem_import_id_line')
        batch_op.drop_constraint(batch_op.f('ck_clip_import_problem_rowoutcome'), type_='check')
        batch_op.drop_column('clip_id')
        batch_op.drop_column('outcome')

    with op.batch_alter_table('clip_import', schema=None) as batch_op:
        batch_op.drop_index('ix_clip_import_header_key')
        batch_op.drop_column('undone_by_name')
        batch_op.drop_column('undone_by_id')
        batch_op.drop_column('undone_at')
        batch_op.drop_column('kept')
        batch_op.drop_column('undone')
        batch_op.drop_column('header_key')
        batch_op.drop_column('columns')
        batch_op.drop_column('source_name')

    with op.batch_alter_table('clip_asked_address', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clip_asked_address_import_id'))
        batch_op.drop_index('ix_clip_asked_address_host')
        batch_op.drop_index('ix_clip_asked_address_due_at')

    op.drop_table('clip_asked_address')
