"""by which feeds and calendars know a meeting and a briefing.

Revision ID: 0015
Revises: 0014
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f('ix_press_release_corrected_at'), 'press_release', ['corrected_at'], unique=False)
    for name in ('meeting', 'briefing'):
        op.add_column(name, sa.Column('uid', sa.String(length=36), nullable=True))
    for name in ('created_at', 'updated_at'):
        op.add_column('briefing', sa.Column(name, UTCDateTime(), nullable=True))
    connection = op.get_bind()
    for name in ('meeting', 'briefing'):
        table = sa.table(name, sa.column('id'), sa.column('uid'))
        for number in connection.scalars(sa.select(table.c.id)).all():
            connection.execute(sa.update(table).where(table.c.id == number).values(uid=str(uuid4())))


def downgrade() -> None:
    op.drop_index(op.f('ix_press_release_corrected_at'), table_name='press_release')
    for name in ('meeting', 'briefing'):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_column('uid')
    with op.batch_alter_table('briefing', schema=None) as batch_op:
        batch_op.drop_column('updated_at')
        batch_op.drop_column('created_at')
