"""which candidate a row of a batch put into the queue.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('clip_import_problem', schema=None) as batch_op:
        batch_op.add_column(sa.Column('candidate_id', sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('clip_import_problem', schema=None) as batch_op:
        batch_op.drop_column('candidate_id')

