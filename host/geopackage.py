"""What GDAL records about a layer of a GeoPackage, such as what the values of points are, carried over to a copy."""

from __future__ import annotations

import contextlib

_TABLES = (
    """CREATE TABLE IF NOT EXISTS gpkg_metadata (
        id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
        md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml',
        metadata TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE IF NOT EXISTS gpkg_metadata_reference (
        reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
        timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL,
        md_parent_id INTEGER, CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
        CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))""",
)
_RECORDED = """SELECT m.md_scope, m.md_standard_uri, m.mime_type, m.metadata
    FROM gpkg_metadata m JOIN gpkg_metadata_reference r ON r.md_file_id = m.id
    WHERE m.md_standard_uri = 'http://gdal.org' AND r.reference_scope = 'table' AND lower(r.table_name) = lower(?)"""
_HAS_RECORDS = "SELECT count(*) FROM sqlite_master WHERE name = 'gpkg_metadata_reference'"
_FIRST_LAYER = "SELECT table_name FROM gpkg_contents WHERE data_type <> 'tiles' ORDER BY rowid LIMIT 1"


def copy_metadata(source, layer, target):
    """Adds what is recorded about a layer to the only layer of another GeoPackage.

    Args:
        source, target: paths. layer: its name; empty for the first one.
    Raises:
        OSError: one of the files cannot be read or written.
    """
    import sqlite3  # it would slow down the start of QGIS

    try:
        _copy(sqlite3, source, layer, target)
    except sqlite3.Error as error:
        raise OSError(str(error)) from error


def _copy(sqlite3, source, layer, target):
    with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
        if not old.execute(_HAS_RECORDS).fetchone()[0]:
            return
        rows = old.execute(_RECORDED, (layer or old.execute(_FIRST_LAYER).fetchone()[0],)).fetchall()
        for statement in _TABLES if rows else ():
            new.execute(statement)
        for row in rows:
            number = new.execute(
                "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) VALUES (?, ?, ?, ?)", row
            ).lastrowid
            new.execute(
                "INSERT INTO gpkg_metadata_reference (reference_scope, table_name, md_file_id) VALUES ('table', ?, ?)",
                (new.execute(_FIRST_LAYER).fetchone()[0], number),
            )
        new.commit()
