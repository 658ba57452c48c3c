"""releases of a year or a kind are found in their order.

Revision ID: 0023
Revises: 0022
"""

from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('press_release', schema=None) as batch_op:
        batch_op.create_index('ix_press_release_year_public_from', ['year', 'public_from', 'id'], unique=False)
        batch_op.create_index('ix_press_release_kind_public_from', ['kind', 'public_from', 'id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('press_release', schema=None) as batch_op:
        batch_op.drop_index('ix_press_release_kind_public_from')
        batch_op.drop_index('ix_press_release_year_public_from')
