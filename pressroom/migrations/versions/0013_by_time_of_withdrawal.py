"""what was withdrawn, and whose rights end, found by time

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-30 20:45:00+00:00
"""

from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

ROOTS = ('clip', 'contact_listing', 'fact', 'meeting', 'page', 'press_release', 'webcast')


def upgrade() -> None:
    for table in ROOTS:
        op.create_index(f'ix_{table}_withdrawn_at', table, ['withdrawn_at'])
    op.create_index('ix_asset_rights_until', 'asset', ['rights_until'])


def downgrade() -> None:
    op.drop_index('ix_asset_rights_until', table_name='asset')
    for table in ROOTS:
        op.drop_index(f'ix_{table}_withdrawn_at', table_name=table)
